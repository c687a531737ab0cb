"""Much and odd things dropped on the page; `benchmarks/page.py` does it with 500 files."""

import http.client
import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MANY = 12
LARGE_BYTES = 200_000_000


@pytest.fixture
def many(tmp_path: Path, pet_text: Callable[..., str]) -> list[Path]:
    """C 1s of PET, each file at another shift."""
    files = [tmp_path / f"run {number}.csv" for number in range(MANY)]
    for number, file in enumerate(files):
        file.write_text(pet_text(0.1 * number), encoding="utf-8")
    return files


def titles(page: Any) -> list[str]:
    found: list[str] = page.locator("#list .title").all_inner_texts()
    return found


def test_many_files_with_a_large_one_and_an_odd_one_among_them(
    open_page: Any, drop: Any, program: Any, many: list[Path]
) -> None:
    page, wrong = open_page(program[0])
    large = many[0].with_name("large.vms")
    with large.open("wb") as stream:
        stream.truncate(LARGE_BYTES)
    odd = many[0].with_name("<b>&amp; .. %2e%2e.csv")
    odd.write_text("<script>alert(1)</script>")
    drop(page, [*many[:6], large, odd, *many[6:]])
    refused = page.locator("#refused-list li")
    refused.nth(1).wait_for()
    assert "large.vms: holds 200 MB" in refused.nth(0).inner_text()
    assert refused.nth(1).inner_text().startswith("<b>&amp; .. %2e%2e.csv: no two columns")
    page.locator("[data-key]").nth(MANY - 1).wait_for()
    assert titles(page) == [file.name for file in many]
    page.locator("#shift").wait_for()  # the first is looked at while the others wait
    assert page.locator("#refused b").count() == 0
    assert wrong == ["Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"]


def test_what_is_sent_past_the_page_is_refused_before_it_has_come(program: Any) -> None:
    _, _, host, token, _ = program[0].split("/")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.putrequest("POST", f"/{token}/api/files?name=..%2F..%2Flarge.vms")
    connection.putheader("Content-Length", str(LARGE_BYTES))
    connection.endheaders(b"VAMAS")
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["error"].startswith("large.vms holds more than 50 MB")
    connection.close()


def test_each_tab_has_settings_of_its_own(open_page: Any, drop: Any, program: Any, many: list[Path]) -> None:
    one, _ = open_page(program[0])
    drop(one, many[:1])
    one.locator("#shift").wait_for()
    other, _ = open_page(program[0])
    other.locator("#shift").wait_for()
    before = other.locator("#shift").inner_text()
    assert one.locator("#shift").inner_text() == before
    one.fill("#reference", "284.0")
    one.wait_for_function("before => document.getElementById('shift').innerText !== before", arg=before)
    drop(other, many[1:2])  # a new sample makes the tab ask again
    other.locator("[data-key]").nth(1).wait_for()
    other.locator("#progress").wait_for(state="hidden")
    other.locator("[data-key]").nth(1).click()
    other.locator("#head h2", has_text="run 1.csv").wait_for()
    other.locator("[data-key]").nth(0).click()
    other.locator("#head h2", has_text="run 0.csv").wait_for()
    assert other.locator("#shift").inner_text() == before
    assert other.input_value("#reference") == "285"
    one.locator("[data-key]").nth(1).wait_for()  # what was dropped in the other tab


def test_a_program_that_ends_in_the_middle_of_a_drop_loses_nothing_that_is_shown(
    open_page: Any, drop: Any, program: Any, many: list[Path]
) -> None:
    address, process = program
    page, _ = open_page(address)
    drop(page, many[:2])
    page.locator("[data-key]").nth(1).wait_for()
    page.locator("#shift").wait_for()
    page.locator("#progress").wait_for(state="hidden")
    process.send_signal(signal.SIGSTOP)  # so that it ends between two files
    drop(page, many[2:])
    page.locator("#progress-text", has_text=f"0 of {MANY - 2} files read").wait_for()
    process.kill()
    said = page.locator("#banner", has_text="The program behind this page has stopped")
    said.wait_for()
    assert f"Not read: {MANY - 2} of the files" in said.inner_text()
    assert titles(page) == ["run 0.csv", "run 1.csv"]
    assert page.locator("#shift").is_visible()
    # Another program on the same port does not know the page's token.
    page.route("**/api/state*", lambda route: route.fulfill(status=403, body="no JSON"))
    page.locator("#banner", has_text="was started anew").wait_for()
