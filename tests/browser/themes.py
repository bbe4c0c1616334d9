"""What axe finds on a page in either theme, once the page is at rest."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

#: The rules of WCAG 2.2 up to level AA, and those among them that ask about colours: a theme changes nothing else.
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
RULES_OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap((one) => one.nodes.map((node) => one.id + ": " + node.html.slice(0, 160)));
}"""
#: What scripts put off until the page stands has been done.
BEGUN = "() => new Promise((done) => requestIdleCallback(() => setTimeout(done)))"
#: Colours that are about to change have changed; what moves without an end goes on.
FADED = """() => new Promise((done) => requestAnimationFrame(() => {
  for (const one of document.getAnimations()) if (one.effect.getComputedTiming().endTime !== Infinity) one.finish();
  requestAnimationFrame(done);
}))"""


def faults_in_both_themes(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands, each with its theme."""
    faults = []
    page.evaluate(AXE_SCRIPT)  # evaluated, since the content policy refuses script tags
    for theme, rules in (("light", RULES), ("dark", RULES_OF_COLOURS)):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.evaluate(FADED)
        faults += [f"{theme} {fault}" for fault in page.evaluate(RUN, rules)]
    return faults
