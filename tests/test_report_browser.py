"""report.html in headless Chromium: it draws, turns, tells, sorts and prints, by itself and without a complaint.

Needs Chromium (CHROMIUM, or the first of the usual names on the path) and Playwright for Python.
"""

import dataclasses
import os
import re
import shutil

import pytest
from golden import golden_result
from qscore.writers import write_files
from simulated import simulated_rna
from test_report_strands import chain_of

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SOFTWARE_WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]


@pytest.fixture(scope="module")
def browser():
    def give_up(reason):
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        give_up("no Chromium on the path: install Debian's package chromium, or set CHROMIUM")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        give_up("Playwright is not installed: python -m pip install playwright")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=SOFTWARE_WEBGL)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def open_report(browser, tmp_path_factory):
    """Open the report of a result; in the end, no page has complained or asked the network for anything."""
    pages = []

    def opened(result, width=1280):
        (path,) = write_files(result, tmp_path_factory.mktemp("report"), ["report"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.complaints, page.requests = [], []
        page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_selector("figure.space[data-drawn]")
        pages.append((page, path))
        return page

    yield opened
    for page, path in pages:
        asked = [url for url in page.requests if not url.startswith(("data:", "blob:"))]
        assert page.complaints == [] and asked == [path.as_uri()]
        page.close()


@pytest.fixture(scope="module")
def cec(data, open_report):
    """The result of 7cec's chain A and its report."""
    result = golden_result(data, "7cec_A", resolution=3.9)
    return result, open_report(result)


def drawn(page, anchor):
    page.locator(f"#{anchor}").scroll_into_view_if_needed()
    page.wait_for_selector(f"#{anchor}[data-drawn]")
    return page.locator(f"#{anchor} .canvas")


def column(page, table, number):
    return page.locator(f"#{table}-table tbody tr td:nth-child({number})").all_inner_texts()


def test_all_plots_are_drawn(cec):
    _, page = cec
    cloud, strand = drawn(page, "cloud"), drawn(page, "strand-1")
    assert cloud.locator(".heatmaplayer image").count() == 1 and cloud.locator(".scatterlayer .trace").count() == 4
    assert strand.locator(".scatterlayer .trace").count() == 2
    assert strand.locator(".scatterlayer .trace").first.locator(".points path").count() == 553
    assert strand.locator(".scatterlayer .trace").first.locator(".js-line").count() == 7  # six gaps
    assert page.locator("#model canvas").count() >= 1


def test_the_model_in_space_shows_colours_and_turns(cec):
    _, page = cec
    canvas = drawn(page, "model")
    page.wait_for_selector("#model .snapshot[src]", state="attached")
    colors = page.evaluate("""async () => {
        const image = document.querySelector('#model .snapshot');
        await image.decode();
        const canvas = Object.assign(document.createElement('canvas'), {width: image.naturalWidth, height: 500});
        const context = canvas.getContext('2d', {willReadFrequently: true});
        context.drawImage(image, 0, 0);
        const pixels = context.getImageData(0, 0, 0.8 * canvas.width, 500).data;
        let blue = 0, red = 0;
        for (let i = 0; i < pixels.length; i += 4) {
            if (pixels[i + 2] > pixels[i] + 60) blue++;
            if (pixels[i] > pixels[i + 2] + 60) red++;
        }
        return [blue, red];
    }""")
    assert colors[0] > 2000 and 20 < colors[1] < colors[0]
    eye = "document.querySelector('#model .canvas')._fullLayout.scene.camera.eye"
    before = page.evaluate(eye)
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 400, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 550, box["y"] + 330, steps=5)
    page.mouse.up()
    page.wait_for_function(f"([x, y]) => Math.hypot({eye}.x - x, {eye}.y - y) > 0.1", arg=[before["x"], before["y"]])


def test_residue_and_q_are_told_where_the_pointer_is(cec):
    result, page = cec
    strand = drawn(page, "strand-1")
    page.evaluate("Plotly.Fx.hover(document.querySelector('#strand-1 .canvas'), [{curveNumber: 0, pointNumber: 0}])")
    label = strand.locator(".hoverlayer .hovertext").text_content()
    assert label == f"PHE 1backbone Q {result.groups.parts['backbone'].q[0]:.3f}"

    canvas = drawn(page, "model")
    page.evaluate("""() => document.querySelector('#model .canvas').on('plotly_hover',
        event => { window.told = [event.points[0].text, event.points[0].customdata]; })""")
    box = canvas.bounding_box()
    for step in range(400):
        page.mouse.move(box["x"] + box["width"] * (0.3 + 0.4 * (step % 20) / 20), box["y"] + 150 + 15 * (step // 20))
        told = page.evaluate("window.told")
        if told:
            break
    name, q = told
    chain, seqid, resname = re.fullmatch(r"(\w+)/(\w+) (\w+)", name).groups()
    residues = result.groups.residues
    (row,) = [row for row in range(len(residues)) if residues.seqid[row] == seqid]
    assert (residues.chain[row], residues.resname[row]) == (chain, resname)
    assert q == pytest.approx(residues.q[row], abs=1e-6)


def test_tables_sort_by_number_and_by_text_up_and_down_and_say_so(cec):
    _, page = cec
    heads = page.locator("#residues-table th")
    assert heads.evaluate_all("heads => heads.filter(head => head.ariaSort).length") == 0
    names = heads.all_inner_texts()
    number = 1 + [name.split()[0] for name in names].index("Number")
    button = heads.nth(number - 1).locator("button")
    button.click()
    values = [int(text) for text in column(page, "residues", number)]
    assert values == sorted(values) and len(values) == 50 and heads.nth(number - 1).get_attribute("aria-sort")
    button.press("Enter")
    assert [int(text) for text in column(page, "residues", number)] == values[::-1]
    assert heads.nth(number - 1).get_attribute("aria-sort") == "descending"
    last = len(names)  # Q of side chains, which glycines do not have: they come last either way
    for descending in (False, True):
        heads.nth(last - 1).locator("button").click()
        texts = column(page, "residues", last)
        glycines = texts.count("–")
        assert glycines > 0 and set(texts[-glycines:]) == {"–"}
        values = [float(text) for text in texts[:-glycines]]
        assert values == sorted(values, reverse=descending) and values[0] * values[-1] < 0
    heads.nth(2).locator("button").click()
    names = column(page, "residues", 3)
    assert names == sorted(names)


def test_it_prints_every_plot_and_the_model_as_it_was_turned(data, open_report):
    page = open_report(simulated_rna(data))
    page.wait_for_selector("#model .snapshot[src]", state="attached")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("figure.plot[data-drawn]").count() == page.locator("figure.plot").count()
    assert page.locator("#strand-1 .main-svg").first.bounding_box()["width"] == 680
    assert page.locator("#model .snapshot").is_visible() and not page.locator("#model .canvas").is_visible()
    assert not page.locator("nav").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.wait_for_function("document.querySelector('#strand-1 .main-svg').getBoundingClientRect().width > 900")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_a_narrow_screen_needs_no_sideways_scrolling(data, open_report):
    page = open_report(golden_result(data, "glycan_3pqr"), width=390)
    drawn(page, "strand-1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_odd_names_are_shown_as_they_are_and_without_a_resolution_the_rest_is_drawn(open_report):
    result = dataclasses.replace(chain_of(["1", "2", "3"], name="<b>&amp;</script>"), resolution=None)
    page = open_report(result)
    drawn(page, "strand-1")
    assert page.locator("#residues-table tbody td").first.inner_text() == "<b>&amp;</script>"
    assert "Chain <b>&amp;</script>, protein" in page.locator("#strand-1 figcaption").inner_text()
    assert page.locator("#cloud").count() == 0 and "Give it with -r" in page.locator("#reference").inner_text()
