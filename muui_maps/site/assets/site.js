// What a page of the site does beyond being read. Plain JavaScript, no library, no build step, nothing from elsewhere.
// Every page works without this file; each part below looks for what it needs and leaves the page alone otherwise.
// Markup is put into a page only from the page's own packed answers, which our program wrote and escaped; whatever comes
// from an address or from the reader goes in as text.
"use strict";
(function () {
  var root = document.documentElement.getAttribute("data-root");
  var lang = document.documentElement.lang;
  var told = {/* TOLD_HERE */};
  var words = told[lang].words;
  var served = location.protocol === "https:" || location.protocol === "http:";

  function byId(id) { return document.getElementById(id); }

  function element(name, attributes, children) {
    var made = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      if (attributes[key] !== undefined) { made.setAttribute(key, attributes[key]); }
    });
    (children || []).forEach(function (child) { made.append(child); });
    return made;
  }

  function say(text) { byId("said").textContent = text; }

  // A device that forbids storage loses comfort, nothing else.
  function recall(key) { try { return localStorage.getItem(key); } catch (error) { return null; } }
  function keep(key, value) { try { localStorage.setItem(key, value); } catch (error) { /* see above */ } }
  function forget(key) { try { localStorage.removeItem(key); } catch (error) { /* see above */ } }

  // The state of a page stands after `#`, as `profile=…&out=…`; an anchor of the page has no `=`.
  function stateOf(hash) {
    var state = {};
    if (hash.indexOf("=") < 0) { return state; }
    hash.replace(/^#/, "").split("&").forEach(function (part) {
      var at = part.indexOf("=");
      if (at > 0) {
        try { state[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1)); } catch (error) { /* not an address */ }
      }
    });
    return state;
  }

  function hashOf(state) {
    return Object.keys(state).filter(function (key) { return state[key]; }).map(function (key) {
      return key + "=" + encodeURIComponent(state[key]).replace(/%3A/g, ":").replace(/%3E/g, ">");
    }).join("&");
  }

  // ── colours and size ──────────────────────────────────────────────────────

  function display() {
    ["theme", "size"].forEach(function (name) {
      var chosen = recall("muui-" + name);
      var input = chosen && document.querySelector('#display-form input[name="' + name + '"][value="' + CSS.escape(chosen) + '"]');
      if (input) {
        input.checked = true;
        show(name, chosen);
      }
    });
    byId("display").hidden = false;
    byId("display-form").addEventListener("change", function (event) {
      show(event.target.name, event.target.value);
      keep("muui-" + event.target.name, event.target.value);
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && byId("display").open) {
        byId("display").open = false;
        byId("display").querySelector("summary").focus();
      }
    });
  }

  function show(name, value) {
    if (value === "auto" || value === "normal") {
      document.documentElement.removeAttribute("data-" + name);
    } else {
      document.documentElement.setAttribute("data-" + name, value);
    }
  }

  // The other language keeps what was chosen here.
  function languageLink() {
    var link = byId("other-language");
    var bare = link.getAttribute("href");
    function follow() {
      var state = stateOf(location.hash);
      link.setAttribute("href", Object.keys(state).length ? bare + "#" + hashOf(state) : bare);
    }
    follow();
    window.addEventListener("hashchange", follow);
    return follow;
  }

  // ── finding a station ─────────────────────────────────────────────────────

  var INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

  function bare(text) {
    return text.normalize("NFKC").toLowerCase().replace(/[\s.,·'’`\-_/#()]+/g, "");
  }

  // NFKC turns the keyboard's consonants into those of syllables: back, so that ㄴㅇ stays ㄴㅇ.
  function query(text) {
    var consonants = text.replace(/\s+/g, "");
    if (consonants && Array.from(consonants).every(function (c) { return INITIALS.indexOf(c) >= 0; })) {
      return consonants;
    }
    var plain = bare(text);
    return plain.length > 1 ? plain.replace(/역$/, "").replace(/station$/, "") : plain;
  }

  function find() {
    var form = byId("find");
    if (!form) { return; }
    var rows = Array.from(byId("stations").children);
    var input = byId("query");
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var first = rows.find(function (row) { return !row.hidden; });
      if (first && input.value.trim()) { location.href = first.querySelector("a").getAttribute("href"); }
    });
    function filter() {
      var wanted = query(input.value);
      var count = 0;
      rows.forEach(function (row) {
        row.hidden = !matches(row.getAttribute("data-find").split("|"), wanted);
        count += row.hidden ? 0 : 1;
      });
      byId("found").textContent = !wanted ? "" : count ? counted(count) : words.found_none;
    }
    input.addEventListener("input", filter);
    filter();
  }

  function counted(count) { return lang === "ko" ? count + words.found : count + " " + words.found; }

  // A key begins with what was typed; a line (`=4`) must be meant whole, else 4 would find 411 and 14 alike.
  function matches(keys, wanted) {
    var line = wanted.replace(/호선$/, "").replace(/^line/, "").replace(/선$/, "");
    return !wanted || keys.some(function (key) {
      return key.charAt(0) === "=" ? key === "=" + wanted || key === "=" + line : key.indexOf(wanted) === 0;
    });
  }

  // `index.ko.html#station=nowon&from=4:상계&to=7:중계&profile=…` leads on to the page that answers it.
  function resolve() {
    var state = stateOf(location.hash);
    if (byId("stations") && state.station) {
      var row = Array.from(byId("stations").children).find(function (each) {
        return each.getAttribute("data-id") === state.station;
      });
      if (!row) { return notice(words.found_none + " (" + state.station + ")"); }
      delete state.station;
      location.replace(row.querySelector("a").getAttribute("href") + (hashOf(state) ? "#" + hashOf(state) : ""));
    } else if (document.body.classList.contains("stationpage") && (state.from || state.to)) {
      onwards(state);
    }
  }

  function onwards(state) {
    var exit = /^exit:/;
    var from = exit.test(state.from || "") ? "exits" : state.from;
    var to = exit.test(state.to || "") ? "exits" : state.to;
    var link = Array.from(document.querySelectorAll("a[data-from]")).find(function (each) {
      return each.getAttribute("data-from") === from && each.getAttribute("data-to") === to;
    });
    if (!link) { return notice(words.unknown_end + " " + (state.from || "") + " → " + (state.to || "")); }
    var rest = { profile: state.profile, out: state.out };
    if (from === "exits" || to === "exits") { rest.pair = state.from + ">" + state.to; }
    location.replace(link.getAttribute("href") + (hashOf(rest) ? "#" + hashOf(rest) : ""));
  }

  function notice(text) {
    byId("notice").textContent = text;
    byId("notice").hidden = !text;
  }

  // ── ways: the usual one stands in the page, the others are packed beside it ──

  var DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%:()*+-;,=.?@^_`{|}~";

  // Five digits of base85 are four bytes; a last group of fewer is filled up, and what that adds is cut off.
  function bytes(text) {
    var values = {};
    for (var n = 0; n < DIGITS.length; n += 1) { values[DIGITS.charAt(n)] = n; }
    var made = new Uint8Array(Math.ceil(text.length / 5) * 4);
    for (var at = 0; at < text.length; at += 5) {
      var number = 0;
      for (var digit = at; digit < at + 5; digit += 1) {
        number = number * 85 + (digit < text.length ? values[text.charAt(digit)] : 84);
      }
      for (var place = 0; place < 4; place += 1) { made[at / 5 * 4 + place] = number >>> (24 - 8 * place); }
    }
    return made.subarray(0, Math.floor(text.length * 4 / 5));
  }

  function unpack(text) {
    var stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).json().then(function (content) {
      content.piece = function (n) {
        var number = 0;
        return content.pieces[n].map(function (step) {
          number += step;
          return content.fragments[number];
        }).join("");
      };
      return content;
    });
  }

  function ways() {
    var text = byId("ways");
    if (!text) { return; }
    if (typeof DecompressionStream === "undefined") { return notice(words.too_old); }
    unpack(text.textContent).then(choosing, function () { notice(words.too_old); });
  }

  // ── pictures apart: in a file beside the page, opened when somebody comes near one or prints ──

  var opening = null;

  function apart() {
    if (!places().length) { return Promise.resolve(); }
    opening = opening || new Promise(function (resolve, reject) {
      window.muuiPictures = function (text) { unpack(text).then(resolve, reject); };
      var script = element("script", { src: byId("answer").getAttribute("data-apart") + "." + lang + ".js" });
      script.addEventListener("error", reject);
      document.head.append(script);
    });
    return opening.then(function (content) {
      places().forEach(function (place) {
        place.innerHTML = content.piece(Number(place.getAttribute("data-picture")));
      });
    }, function () {
      opening = null;  // the next one near tries again
      places().forEach(function (place) { place.textContent = words.picture_failed; });
    });
  }

  // Those that are still without their picture.
  function places() {
    return Array.from(document.querySelectorAll("#answer [data-picture]")).filter(function (place) {
      return !place.firstElementChild;
    });
  }

  var near = new IntersectionObserver(function (seen) {
    if (seen.some(function (each) { return each.isIntersecting; })) { apart(); }
  }, { rootMargin: "100% 0px" });

  function pictures() {
    near.disconnect();
    places().forEach(function (place) { near.observe(place); });
  }

  function choosing(content) {
    var form = byId("choose");
    var usual = { pair: Object.keys(content.answers)[0], profile: form.profile.value, out: "" };
    var many = Boolean(form.pair);
    var list = many ? byId("answer").innerHTML : "";
    if (many) {
      form.pair.prepend(element("option", { value: "" }, ["–"]));
      usual.pair = "";
    }
    form.hidden = false;
    byId("tools").hidden = false;

    function known(select, value) {
      return Array.from(select.options).some(function (option) { return option.value === value; });
    }

    // What the address asks for, as far as this page knows it; and what to say of the rest.
    function asked() {
      var state = stateOf(location.hash);
      var said = [];
      var chosen = { pair: usual.pair, profile: usual.profile, out: "" };
      ["pair", "profile", "out"].forEach(function (name) {
        if (!state[name] || (name === "pair" && !many)) { return; }
        if (known(form[name], state[name])) {
          chosen[name] = state[name];
        } else if (name === "profile") {
          said.push(words.unknown_profile + " " + state[name] + ". " + words.default_shown);
        } else if (name === "out") {
          said.push((content.units[state[name]] ? words.not_ridden + " " + content.units[state[name]] : words.unknown_unit + " " + state[name]) + ".");
        } else {
          said.push(words.unknown_end + " " + state[name].replace(">", " → "));
        }
      });
      return { chosen: chosen, said: said };
    }

    function answer(chosen) {
      var table = content.answers[chosen.pair][chosen.profile];
      return chosen.out in table ? table[chosen.out] : table[""];
    }

    var shown = many ? -1 : answer(usual);

    function render(chosen, said) {
      ["pair", "profile", "out"].forEach(function (name) {
        if (form[name]) { form[name].value = chosen[name]; }
      });
      if (many) { byId("list-title").hidden = Boolean(chosen.pair); }
      var number = chosen.pair ? answer(chosen) : -1;
      if (number !== shown) {
        byId("answer").innerHTML = number < 0 ? list : content.piece(number);
        shown = number;
        seenLinks();
        pictures();
      }
      if (chosen.pair && chosen.out && !(chosen.out in content.answers[chosen.pair][chosen.profile])) {
        said = said.concat(words.not_ridden + " " + content.units[chosen.out] + ".");
      }
      notice(said.join(" "));
    }

    function follow() {
      var found = asked();
      render(found.chosen, found.said);
    }

    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("change", function () {
      var chosen = { pair: many ? form.pair.value : usual.pair, profile: form.profile.value, out: form.out.value };
      var state = {
        pair: many ? chosen.pair : "",
        profile: chosen.profile === usual.profile ? "" : chosen.profile,
        out: chosen.out
      };
      history.replaceState(null, "", hashOf(state) ? "#" + hashOf(state) : location.pathname + location.search);
      render(chosen, []);
      followLanguage();
      var title = document.querySelector("#answer .totals, #answer .noway");
      if (title) { say(words.shown + " " + title.textContent.replace(/\s+/g, " ")); }
    });
    window.addEventListener("hashchange", function () {
      if (location.hash === "" || location.hash.indexOf("=") > 0) { follow(); }
    });
    pictures();
    follow();
    tools();
  }

  function tools() {
    byId("print").addEventListener("click", function () { apart().then(function () { window.print(); }); });
    window.addEventListener("beforeprint", function () { apart(); });
    byId("share").addEventListener("click", function () {
      if (navigator.share && served) {
        navigator.share({ title: document.title, url: location.href }).catch(function () { /* closed by the reader */ });
      } else if (navigator.clipboard) {
        navigator.clipboard.writeText(location.href).then(function () {
          say(words.share_done);
          notice(words.share_done);
        }, byHand);
      } else {
        byHand();
      }
    });
    function byHand() { notice(words.share_by_hand + " " + location.href); }
  }

  // ── reports ───────────────────────────────────────────────────────────────

  var REPORTS = "muui-reports";

  function reports() {
    try { return JSON.parse(recall(REPORTS)) || []; } catch (error) { return []; }
  }

  function seenLinks() {
    Array.from(document.querySelectorAll("a[data-seen]")).forEach(function (link) {
      link.addEventListener("click", function (event) {
        event.preventDefault();
        reportForm(JSON.parse(link.getAttribute("data-seen")), link);
      });
    });
  }

  function today() {
    var now = new Date();
    function two(n) { return (n < 10 ? "0" : "") + n; }
    return now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate()) + " " + two(now.getHours()) + ":" + two(now.getMinutes());
  }

  function reportForm(seen, from) {
    var body = byId("report-body");
    var schema = told[lang].report;
    var question = schema.questions[seen.question];
    var note = element("textarea", { name: "note", rows: "3", maxlength: "1000" });
    var form = element("form", {}, [
      element("p", {}, [words.report_lead]),
      element("blockquote", {}, [seen.place_text]),
      element("fieldset", {}, [element("legend", {}, [question.label])].concat(question.choices.map(function (choice) {
        return element("label", {}, [element("input", { type: "radio", name: "answer", value: choice[0] }), choice[1]]);
      }))),
      element("label", {}, [words.report_note, note]),
      element("p", { class: "tools" }, [
        element("button", { type: "submit" }, [words.report_add]),
        element("button", { type: "button", class: "plain" }, [words.close])
      ])
    ]);
    form.querySelector("button.plain").addEventListener("click", function () {
      kept();
      from.focus();
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var answer = form.querySelector("input:checked");
      if (!answer && !note.value.trim()) { return say(words.report_empty), notice(words.report_empty); }
      var row = Object.assign({}, schema.fixed, seen, { observed_at: today(), note: note.value.trim() });
      if (answer) { row[seen.question] = answer.value; }
      var all = reports().concat([schema.columns.map(function (name) { return row[name] || ""; })]);
      keep(REPORTS, JSON.stringify(all));
      notice("");
      kept(all);
      say(words.report_kept);
    });
    body.replaceChildren(form);
    body.hidden = false;
    byId("report").focus();
    byId("report").scrollIntoView();
  }

  // The reports of this device, to be saved as one file.
  function kept(given) {
    var all = given || reports();
    var body = byId("report-body");
    if (!body) { return; }
    body.hidden = false;
    if (!all.length) { return body.replaceChildren(element("p", {}, [words.report_lead])); }
    var columns = told[lang].report.columns;
    var save = element("button", { type: "button", id: "report-save" }, [words.report_save]);
    var clear = element("button", { type: "button", class: "plain" }, [words.report_clear]);
    save.addEventListener("click", function () { download(csv([columns].concat(all))); });
    clear.addEventListener("click", function () {
      forget(REPORTS);
      kept([]);
    });
    body.replaceChildren(
      element("p", {}, [words.report_count + ": " + all.length]),
      element("p", { class: "tools" }, [save, clear]),
      element("p", {}, [words.report_send])
    );
  }

  // As Excel in Korea opens it: UTF-8 with its mark, every cell quoted; a cell that would be a formula stays words.
  function csv(rows) {
    return "\ufeff" + rows.map(function (row) {
      return row.map(function (cell) {
        var safe = /^[=+\-@\t\r]/.test(cell) ? "'" + cell : cell;
        return '"' + safe.replace(/"/g, '""') + '"';
      }).join(",");
    }).join("\r\n") + "\r\n";
  }

  function download(text) {
    var url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    var link = element("a", { href: url, download: "muui-report.csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(URL.revokeObjectURL, 10000, url);
  }

  // ── without a network ─────────────────────────────────────────────────────

  function offline() {
    if (!served || !("serviceWorker" in navigator)) { return; }
    document.head.append(element("link", { rel: "manifest", href: root + "app." + lang + ".webmanifest" }));
    navigator.serviceWorker.register(root + "sw.js").catch(function () { /* the site works without */ });
    var button = byId("keep");
    if (!button || !("caches" in window)) { return; }
    byId("tools").hidden = false;
    button.addEventListener("click", function () {
      button.disabled = true;
      say(button.textContent = words.offline_saving);
      fetch(button.getAttribute("data-files")).then(function (list) { return list.json(); }).then(function (files) {
        return caches.open("muui-maps-kept").then(function (cache) { return cache.addAll(files); });
      }).then(function () {
        say(button.textContent = words.offline_done);
      }, function () {
        button.disabled = false;
        say(button.textContent = words.offline_failed);
      });
    });
  }

  display();
  var followLanguage = languageLink();
  find();
  resolve();
  if (byId("report-body")) {
    seenLinks();
    kept();
  }
  ways();
  offline();
  if (document.body.classList.contains("door")) {
    var own = (navigator.language || "").slice(0, 2) === "ko" ? "ko" : "en";
    location.replace("index." + own + ".html" + location.hash);
  }
})();
