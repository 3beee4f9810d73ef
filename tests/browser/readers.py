"""How a page serves whoever reads it by other means: what axe-core says of it, and where the tab key leads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

from muui_maps.maps.style import contrast

VISIBLE = 3.0  # contrast of what is no text: WCAG 2.2, 1.4.11
RING = 2.0  # CSS pixels of a focus ring, at least
TARGET = 24  # CSS pixels of what is pressed, at least: WCAG 2.2, 2.5.8

_RUN = """(tags) => axe.run({resultTypes: ["violations"], ...(tags ? {runOnly: tags} : {})}).then((got) =>
  got.violations.map((each) => `${each.help}: ${each.nodes[0].html.slice(0, 160)}`))"""
_EMPTY = """() => document.querySelectorAll("svg[role=img]").forEach((svg) => {
  if (svg.querySelector("a,[tabindex]")) throw new Error(`${svg.id} holds what keys should reach`);
  svg.replaceChildren(...svg.querySelectorAll(":scope > title, :scope > desc"));
})"""

# What the tab key reaches, in the order of the page: its beginning, width, height, and the number of its step or 0.
_REACHED = """() => Array.from(document.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex]'))
  .filter((each) => each.tabIndex >= 0 && each.getClientRects().length && each.checkVisibility())
  .map((each) => {
    const box = each.getBoundingClientRect(), step = each.closest('[id^="step-"]');
    return {name: each.outerHTML.slice(0, 160), width: box.width, height: box.height,
      step: step ? Number(step.id.slice(5)) : 0};
  })"""
# Notes what gets the focus from now on: the outline that it has then, and the ground that it is drawn on.
_WATCH = """() => {
  window.visited = [];
  document.addEventListener("focusin", (event) => {
    const at = event.target, style = getComputedStyle(at);
    let ground = at.parentElement;
    while (ground && /, 0\\)$/.test(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    visited.push({name: at.outerHTML.slice(0, 160), outline: style.outlineStyle, ring: parseFloat(style.outlineWidth),
      colour: style.outlineColor, ground: getComputedStyle(ground || document.body).backgroundColor});
  });
}"""


def with_axe(page: Any) -> None:
    """Give axe to each document that the page will open."""
    page.add_init_script(AXE_SCRIPT)


def axe_faults(page: Any, *, colours: bool = False) -> list[str]:
    """What axe finds on the page as it stands, which was opened after `with_axe`; `colours`: by its rules on colour."""
    found: list[str] = page.evaluate(_RUN, ["cat.color"] if colours else None)
    return found


def empty_pictures(page: Any) -> None:
    """Take out of pictures all but their names; the room that they take stays.

    ARIA hides what is inside of role=img, and its contrast is held by `contrast_checks` in every theme; axe's walk over
    a thousand marks takes longer than all the rest of a page, and so does laying them out at another width.
    """
    page.evaluate(_EMPTY)


@dataclass(frozen=True)
class Tabbed:
    """A walk through a page by the tab key: where it should lead, where it led, and the steps passed on the way."""

    expected: tuple[str, ...]
    visited: tuple[str, ...]
    steps: tuple[int, ...]
    small: tuple[str, ...]
    unseen: tuple[str, ...]

    @property
    def faults(self) -> list[str]:
        """Empty if it led through the steps in their order, and the focus was seen at each stop."""
        ways = zip_longest(self.visited, self.expected)
        wrong = [f"{name} is reached instead of {due}" for name, due in ways if name != due]
        orders = zip(self.steps, sorted(self.steps), strict=True)
        wrong += [f"step {step} comes where step {due} is due" for step, due in orders if step != due]
        return [*wrong[:1], *(f"no ring around {name}" for name in self.unseen)]


def tabbed(page: Any, *, target: float) -> Tabbed:
    """Press the tab key for all that it should reach; `small` is what is smaller than `target`, in CSS pixels."""
    reached = page.evaluate(_REACHED)
    page.evaluate(_WATCH)
    for _ in reached:
        page.keyboard.press("Tab")
    visited = json.loads(page.evaluate("JSON.stringify(visited)"))
    return Tabbed(
        expected=tuple(each["name"] for each in reached),
        visited=tuple(each["name"] for each in visited),
        steps=tuple(each["step"] for each in reached if each["step"]),
        small=tuple(each["name"] for each in reached if min(each["width"], each["height"]) < target),
        unseen=tuple(each["name"] for each in visited if not _is_seen(each)),
    )


def _is_seen(stop: dict[str, Any]) -> bool:
    ringed = stop["outline"] == "solid" and stop["ring"] >= RING
    return ringed and contrast(_hex(stop["colour"]), _hex(stop["ground"])) >= VISIBLE


def _hex(colour: str) -> str:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"
