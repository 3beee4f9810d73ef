// What a page shows, measured. Of its "pictures": each one's marks in its own units, with the ink of its words. Of its
// "words": each line in CSS pixels, and how wide the page would like to be. As JSON: a text crosses to Python ten times as fast.
(of) => {
  const box = (left, top, right, bottom) => [left, top, right, bottom];
  const context = document.createElement("canvas").getContext("2d");

  // The ink of a text as this browser draws it: letters, without the air that a font keeps above and below.
  const ink = (element, bounds, size, weight, family) => {
    context.font = `${weight} ${size}px ${family}`;
    const drawn = context.measureText(element.textContent);
    const baseline = Number(element.getAttribute("y"));
    return box(
      bounds.x, baseline - drawn.actualBoundingBoxAscent,
      bounds.x + bounds.width, baseline + drawn.actualBoundingBoxDescent);
  };

  // An attribute is read faster than a style, which is where the site's lighter pictures have it.
  const said = (element, name) => element.getAttribute(name) || getComputedStyle(element).getPropertyValue(name);

  const words = (element, family) => {
    const bounds = element.getBBox(), size = parseFloat(said(element, "font-size"));
    const weight = said(element, "font-weight");
    return {
      box: ink(element, bounds, size, weight, family), text: element.textContent, size, bold: weight === "700",
      halo: element.getAttribute("aria-hidden") === "true", advance: element.getComputedTextLength(),
    };
  };

  // The adapter gives transforms to pictograms alone, and only moves and scales.
  const shape = (element) => {
    const b = element.getBBox(), own = element.transform.baseVal.consolidate();
    const m = own ? own.matrix : {a: 1, d: 1, e: 0, f: 0};
    return box(m.a * b.x + m.e, m.d * b.y + m.f, m.a * (b.x + b.width) + m.e, m.d * (b.y + b.height) + m.f);
  };

  const mark = (element, family) => {
    const tag = element.tagName, icon = element.dataset.icon;
    const measured = {
      kind: icon ? "icon" : tag,
      role: element.dataset.role || (icon ? `icon:${icon}` : ""),
      width: parseFloat(said(element, "stroke-width")),
    };
    if (tag === "polyline") measured.points = Array.from(element.points, (point) => [point.x, point.y]);
    return {...measured, ...(tag === "text" ? words(element, family) : {box: shape(element)})};
  };

  if (of === "pictures") {
    return JSON.stringify(Array.from(document.querySelectorAll("svg[role=img]"))
      .filter((svg) => svg.getClientRects().length)
      .map((svg) => {
        const frame = svg.viewBox.baseVal, family = getComputedStyle(svg).fontFamily;
        const elements = Array.from(svg.querySelectorAll("text,rect,circle,polyline,polygon,g[data-icon]"))
          .filter((element) => element.dataset.icon || !element.parentElement.dataset.icon);
        return {
          id: svg.id, width: frame.width, height: frame.height, marks: elements.map((element) => mark(element, family)),
        };
      }));
  }

  // The page's own words, line by line, but for those that are kept from sight or lie in a box that scrolls.
  // Words for screen readers alone: in a box of one pixel, here or further up.
  const unseen = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (at.clientWidth <= 1 && at.clientHeight <= 1 && getComputedStyle(at).overflow !== "visible") return true;
    }
    return false;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("svg,script,style,.skip")) continue;
    if (!parent.checkVisibility() || unseen(parent)) continue;
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (r.width && r.height) {
        const top = r.top + scrollY;
        const clipped = Boolean(parent.closest(".scroll"));
        found.push({text: node.data.trim(), box: box(r.left, top, r.right, top + r.height), clipped});
      }
    }
  }
  const {scrollWidth, clientWidth} = document.documentElement;
  return JSON.stringify({words: found, wide: scrollWidth, window: clientWidth});
}
