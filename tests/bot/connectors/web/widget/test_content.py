"""What the bot says is shown well, and can do nothing to the page."""

from __future__ import annotations

from playwright.async_api import Page, expect

from bot.connectors.scripted import ScriptedBot
from bot.messages import Button, Part
from tests.bot.connectors.web.widget.conftest import IN_BROWSER, say

pytestmark = IN_BROWSER

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
HOSTILE = [
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script>",
    "<svg onload=window.hit=1><animate onbegin=window.hit=1 attributeName=x dur=1s>",
    "<details open ontoggle=window.hit=1>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<style>@import 'x'; body { display: none }</style>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.hit=1&gt;'>",
    "<form action='https://evil.example'><input name=password></form>",
    "[link](javascript:window.hit=1)",
    "[link](JaVaScRiPt&colon;window.hit=1)",
    "[link](&#106;avascript:window.hit=1)",
    "[link](data:text/html,<script>window.hit=1</script>)",
    "[link](vbscript:x) [link](file:///etc/passwd) [link](blob:x) [relative](/pay) [also](//evil.example/x)",
    "<javascript:window.hit=1>",
    "![x](javascript:window.hit=1)",
    '![x](https://shop.invalid/"onerror="window.hit=1)',
    '[x](https://shop.example "onmouseover=window.hit=1 \\"")',
    '`<img src=x onerror="window.hit=1">` and\n```"><img src=x onerror=window.hit=1>\n<b>\n```',
    "[![x](x onerror=window.hit=1)](javascript:window.hit=1)",
    "[a]: javascript:window.hit=1\n[a]",
    "**<b onclick=window.hit=1>bold</b>** <a href=javascript:window.hit=1>a</a>",
    "| <img src=x onerror=window.hit=1> |\n|---|\n| <u onclick=window.hit=1>x</u> |",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example'>",
]
FOUND = """() => {
  const root = document.querySelector("ripen-chat").shadowRoot;
  const inside = [...root.querySelectorAll(".bot .bubble *")];
  const addresses = inside.flatMap((one) => [one.getAttribute("href"), one.getAttribute("src")]).filter(Boolean);
  return {
    tags: [...new Set(inside.map((one) => one.localName))],
    attributes: [...new Set(inside.flatMap((one) => one.getAttributeNames()))],
    schemes: [...new Set(addresses.map((one) => one.split(":")[0]))],
    hit: window.hit ?? null,
    hidden: getComputedStyle(document.body).display === "none",
  };
}"""
TABLE = {"thead", "tbody", "tr", "th", "td"}
HARMLESS_TAGS = {"p", "br", "strong", "em", "code", "pre", "div", "a", "img", "table", *TABLE}
HARMLESS_ATTRIBUTES = {"href", "target", "rel", "src", "alt", "title", "loading", "referrerpolicy", "class", "tabindex"}


async def test_a_page_cannot_be_scripted_through_a_message(page: Page, address: str, bot: ScriptedBot) -> None:
    bot.script["attack"] = tuple(Part(text=text) for text in HOSTILE)
    await page.goto(address)
    before = page.url
    await say(page, "attack")
    await expect(page.locator("ripen-chat .bot .bubble")).to_have_count(1 + len(HOSTILE))
    for link in await page.locator("ripen-chat .bot .bubble a").all():
        await link.dispatch_event("mouseover")
    found = await page.evaluate(FOUND)
    assert found["hit"] is None
    assert set(found["tags"]) <= HARMLESS_TAGS
    assert set(found["attributes"]) <= HARMLESS_ATTRIBUTES
    assert set(found["schemes"]) <= {"https"}
    assert not found["hidden"]
    assert page.url == before
    await expect(page.locator("ripen-chat .bot .bubble").nth(1)).to_have_text(HOSTILE[0])


async def test_markdown_is_shown_as_it_is_meant(page: Page, address: str, bot: ScriptedBot) -> None:
    steps = "# Returns\nIt is **easy**, see [the label](https://shop.example/label):\n1. Print\n2. Pack `A-1042`"
    table = "| Size | Price |\n|---|---|\n| S | 10 € |"
    bot.script["how"] = (Part(text=steps), Part(text=table), Part(text="one\ntwo snake_case_name 2 * 3 * 4"))
    await page.goto(address)
    await say(page, "how")
    bubbles = page.locator("ripen-chat .bot .bubble")
    await expect(bubbles).to_have_count(4)
    shown = bubbles.nth(1)
    assert await shown.locator("strong").all_inner_texts() == ["Returns", "easy"]
    assert await shown.locator("ol > li").all_inner_texts() == ["Print", "Pack A-1042"]
    link = shown.get_by_role("link", name="the label")
    assert await link.get_attribute("href") == "https://shop.example/label"
    assert await link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert await bubbles.nth(2).locator("td").all_inner_texts() == ["S", "10 €"]
    assert await bubbles.nth(3).inner_text() == "one\ntwo snake_case_name 2 * 3 * 4"


async def test_what_the_user_says_is_text_and_only_safe_links_are_links(page: Page, address: str) -> None:
    await page.goto(address)
    await say(page, "**<b>** javascript:alert(1) https://shop.example/a?b=c).")
    for who in ("user", "bot"):
        said = page.locator(f"ripen-chat .{who} .bubble").last
        await expect(said).to_contain_text("<b>")
        links = await said.locator("a").all()
        assert [await link.get_attribute("href") for link in links] == ["https://shop.example/a?b=c"]
    await expect(page.locator("ripen-chat .user .bubble")).to_have_text(
        "**<b>** javascript:alert(1) https://shop.example/a?b=c)."
    )


async def test_pictures_are_shown_from_safe_addresses_only(page: Page, address: str, bot: ScriptedBot) -> None:
    bot.script["pictures"] = (Part(image="javascript:alert(1)"), Part(image="data:text/html,x"), Part(image=DOT))
    bot.script["broken"] = (
        Part(image="https://shop.invalid/parcel.png"),
        Part(
            text="See ![a jar](https://shop.invalid/jar.png) or [![a lid](data:image/png,x)](https://shop.example/lid)."
        ),
    )
    await page.goto(address)
    await say(page, "pictures")
    await expect(page.locator("ripen-chat .image img")).to_have_count(1)
    assert await page.locator("ripen-chat .image img").get_attribute("src") == DOT
    assert await page.get_by_text("(an image that cannot be shown here)").count() == 2
    await say(page, "broken")
    await expect(page.get_by_role("link", name="https://shop.invalid/parcel.png")).to_be_visible()
    for name, href in (("a jar", "https://shop.invalid/jar.png"), ("a lid", "https://shop.example/lid")):
        await expect(page.get_by_role("link", name=name)).to_have_attribute("href", href)
    await expect(page.locator("ripen-chat .bubble img")).to_have_count(0)


async def test_a_wide_table_scrolls_and_stays_readable(page: Page, address: str, bot: ScriptedBot) -> None:
    row = "| Jar number 7 | 12.50 € | 2 to 3 days | a rather long note about this jar, over several lines |"
    bot.script["table"] = (Part(text=f"| Product | Price | Delivery | Note |\n|---|---|---|---|\n{row}"),)
    await page.goto(address)
    await say(page, "table")
    cells = page.locator("ripen-chat td")
    await expect(cells).to_have_count(4)
    sizes: list[list[int]] = await cells.evaluate_all("all => all.map(one => [one.clientWidth, one.clientHeight])")
    assert sizes[0][0] > 90, "three short words stay on their line"
    assert all(width <= 192 and height < 90 for width, height in sizes)
    frame = page.locator("ripen-chat .wide")
    assert await frame.evaluate("it => it.scrollWidth > it.clientWidth && it.tabIndex === 0")


async def test_what_is_written_from_right_to_left_is_shown_so(page: Page, address: str, bot: ScriptedBot) -> None:
    hebrew, latin = "שלום A-1042 תודה", "A-1042 שלום"
    bot.script[latin] = (Part(text=hebrew, buttons=(Button(hebrew, "/a"), Button(latin, "/b"))),)
    await page.goto(address)
    await say(page, latin)
    choices = page.locator("ripen-chat .choices button")
    await expect(choices).to_have_count(2)
    direction = "elements => elements.map(one => getComputedStyle(one).direction)"
    assert await page.locator("ripen-chat .bubble").evaluate_all(direction) == ["ltr", "ltr", "rtl"]
    assert await choices.evaluate_all(direction) == ["rtl", "ltr"]
    await page.get_by_label("Write a message").fill(hebrew)
    assert await page.get_by_label("Write a message").evaluate_all(direction) == ["rtl"]
