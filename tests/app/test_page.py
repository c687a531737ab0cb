"""The page without a browser: who is let in, what is refused and how, and that its numbers are the command line's."""

import csv
import io
import json
import os
import socket
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

import xps_keras.app.limits as limits
from xps_keras.analysis import analyze, to_json
from xps_keras.analysis.given_charge import read_charge
from xps_keras.app.names import download_name, shown_name
from xps_keras.app.serve import listen
from xps_keras.cli import app as cli
from xps_keras.errors import UsageError
from xps_keras.io import read, read_all, write_vamas
from xps_keras.spectrum import Spectrum

Drop = Callable[..., str]


# Who is let in


def test_the_page_and_its_own_files_come_with_a_strict_policy(client: TestClient) -> None:
    for name in ("", "main.js", "app.css", "uplot.min.js", "uplot.LICENSE.txt"):
        answer = client.get(name)
        assert answer.status_code == 200, name
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "http://" not in answer.text.replace("http://www.w3.org", "") or name.endswith(".js")


@pytest.mark.parametrize(
    ("path", "headers", "status", "word"),
    [
        ("/", {}, 403, "token"),
        ("/wrong-token/", {}, 403, "token"),
        ("/wrong-token/api/state", {}, 403, "token"),
        ("/right-token", {}, 403, "token"),
        ("/favicon.ico", {}, 403, "token"),
        ("/right-token/api/state", {"host": "evil.example:8765"}, 421, "127.0.0.1"),  # DNS rebinding
        ("/right-token/api/state", {"host": "127.0.0.1:9999"}, 421, "127.0.0.1"),
        ("/right-token/api/state", {"origin": "https://evil.example"}, 403, "Another page"),
        ("/right-token/api/state", {"origin": "null"}, 403, "Another page"),
        ("/right-token/api/state", {"origin": "http://127.0.0.1:9999"}, 403, "Another page"),
        ("/right-token/api/state", {"sec-fetch-site": "cross-site"}, 403, "Another page"),
        ("/right-token/api/state", {"sec-fetch-site": "same-site"}, 403, "Another page"),
    ],
)
def test_others_are_refused_with_a_reason(
    client: TestClient, path: str, headers: dict[str, str], status: int, word: str
) -> None:
    answer = client.get(f"http://127.0.0.1:8765{path}", headers=headers)
    assert answer.status_code == status
    assert word in answer.text
    assert "right-token" not in answer.text


def test_the_page_itself_is_let_in(client: TestClient) -> None:
    answer = client.get("api/state", headers={"origin": "http://127.0.0.1:8765"})
    assert answer.status_code == 200
    # A click on the address in a terminal inside another page opens the page, and nothing more.
    opened = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("", headers=opened).status_code == 200
    assert client.post("api/files", headers=opened, content=b"x").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "../../../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "static/main.js",
        "%2e%2e/app/guard.py",
        "main.js/",
        "guard.py",
    ],
)
def test_a_path_reaches_nothing_but_the_pages_own_files(client: TestClient, path: str) -> None:
    answer = client.get(f"http://127.0.0.1:8765/right-token/{path}")
    assert answer.status_code in (403, 404)
    assert "root:" not in answer.text
    assert "hmac" not in answer.text


# What is taken


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LARGEST_FILE_BYTES", 1000)
    answer = client.post("api/files", params={"name": "big.vms"}, content=b"1" * 1001)
    assert answer.status_code == 413
    assert answer.json()["error"].startswith("big.vms holds more than")

    def pieces() -> Any:  # a length that is not told
        yield b"1" * 600
        yield b"1" * 600

    answer = client.post("api/files", params={"name": "big.vms"}, content=pieces())
    assert answer.status_code == 413
    assert client.get("api/state").json()["samples"] == []


def test_there_is_an_end_to_what_is_held(client: TestClient, drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xps_keras.app.held.MOST_FILES", 2)
    keys = [drop(), drop()]
    answer = client.post("api/files", params={"name": "c.csv"}, content=b"1,2\n")
    assert answer.status_code == 422
    assert "2 files at most" in answer.json()["error"]
    assert client.post("api/remove", json={"keys": keys[:1]}).status_code == 200
    drop()


@pytest.mark.parametrize("content", [b"", b"no numbers here", bytes(range(256)) * 40, b"PK\x03\x04" + bytes(100)])
def test_a_file_that_is_no_spectrum_gets_a_sentence_with_its_name(client: TestClient, content: bytes) -> None:
    answer = client.post("api/files", params={"name": "dir/notes.txt"}, content=content)
    assert answer.status_code == 422
    assert "notes.txt" in answer.json()["error"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("api/answer", b"{", 422),
        ("api/answer", b"[]", 422),
        ("api/answer", b"[" * 100_000, 422),
        ("api/answer", b'{"key": 1}', 422),
        ("api/answer", b'{"key": "9-9"}', 410),
        ("api/remove", b'{"keys": "all"}', 422),
        ("api/export", b'{"kind": "table", "samples": []}', 422),
        ("api/export", b'{"kind": "shell", "samples": []}', 422),
        ("api/nothing", b"{}", 404),
        ("api/state", b"{}", 405),
    ],
)
def test_malformed_questions_get_a_sentence(client: TestClient, path: str, body: bytes, status: int) -> None:
    answer = client.post(path, content=body)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    "choice",
    [
        {"reference_ev": 300},
        {"reference_ev": "285"},
        {"reference_ev": True},
        {"method": "magic"},
        {"without": [-1]},
        {"charge": "gold"},
        {"charge": 2.0},
        {"charge": "2.0", "method": "refine"},
        [],
    ],
)
def test_a_choice_out_of_range_is_refused(client: TestClient, drop: Drop, choice: object) -> None:
    answer = client.post("api/answer", json={"key": drop(), "choice": choice})
    assert answer.status_code == 422


# Names


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/shadow", "etc/shadow"),
        (r"C:\Users\ada\x.vms", "Users/ada/x.vms"),
        ("<img src=x onerror=y>.vms", "<img src=x onerror=y>.vms"),
        ("a\x00b\u202ec.vms", "a\ufffdb\ufffdc.vms"),
        ("..", "file"),
        ("", "file"),
        ("a/b/c/d/e/f.vms", "c/d/e/f.vms"),
    ],
)
def test_names_lose_what_leads_elsewhere(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def test_a_download_has_a_harmless_name() -> None:
    assert download_name('../<b>"x"\r\n.vms', ".html") == "b__x.html"
    assert download_name("etc/passwd", ".csv") == "passwd.csv"


def test_a_dropped_file_never_touches_the_disk(
    client: TestClient, drop: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    opened: list[object] = []
    real = os.open

    def noting(path: Any, *more: Any, **others: Any) -> int:
        opened.append(path)
        return real(path, *more, **others)

    monkeypatch.setattr(os, "open", noting)
    key = drop(name="../../x<script>.csv")
    for kind in ("report", "table", "workbook", "json", "vamas", "picture"):
        answer = client.post("api/export", json={"kind": kind, "samples": [{"key": key}]})
        assert answer.status_code == 200, answer.text
        assert kind not in ("report", "picture") or "<script>" not in answer.text
    tmp_path.chmod(stat.S_IRWXU)
    assert list(tmp_path.iterdir()) == []
    assert not [path for path in opened if "script" in str(path)]


# Numbers


def test_the_answer_is_that_of_the_command_line(
    client: TestClient, drop: Drop, model: Any, tmp_path: Path, pet_file: Path
) -> None:
    write_vamas(read(pet_file), tmp_path / "pet.vms")
    content = (tmp_path / "pet.vms").read_bytes()
    key = drop(content, "pet.vms")
    spectrum = read(tmp_path / "pet.vms")
    for reference, method in ((285.0, "network"), (284.6, "network"), (284.6, "refine")):
        choice = {"reference_ev": reference, "method": method}
        found = client.post("api/answer", json={"key": key, "choice": choice}).json()
        expected = to_json(analyze(spectrum, model, reference, method))  # type: ignore[arg-type]
        assert found["answer"] | {"file": ""} == json.loads(json.dumps(expected)) | {"file": ""}
    for reference in (285.0, 284.6):
        choice = {"reference_ev": reference, "charge": "C 1s=284.7"}
        found = client.post("api/answer", json={"key": key, "choice": choice}).json()
        given = analyze(spectrum, model, reference, charge=read_charge("C 1s=284.7"))
        assert found["answer"] | {"file": ""} == json.loads(json.dumps(to_json(given))) | {"file": ""}
    exported = client.post("api/export", json={"kind": "json", "samples": [{"key": key, "choice": choice}]})
    assert exported.json() == found["answer"]
    rows = list(csv.DictReader(io.StringIO(_export(client, "table", key, choice).text)))
    assert float(rows[0]["shift / eV"]) == found["answer"]["shift_ev"]
    assert f"{found['answer']['shift_ev']:+.2f}" in _export(client, "report", key, choice).text
    corrected = tmp_path / "corrected.vms"
    corrected.write_bytes(_export(client, "vamas", key, choice).content)
    moved = read(corrected).regions[0].binding_energy_ev - spectrum.regions[0].binding_energy_ev
    assert moved == pytest.approx(-found["answer"]["shift_ev"], abs=1e-4)


def test_a_corrected_file_is_what_the_page_shows_of_each_of_its_samples(
    client: TestClient, drop: Drop, model: Any, tmp_path: Path, pet_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = model.run

    def shift_by_oxygen(intensity: Any) -> Any:
        seen = intensity[:, 4900:5100].max(axis=1, keepdims=True) > 0.0  # near O 1s
        return real(intensity) | {"shift_ev": 1.5 + 0.5 * seen.astype("float32")}

    monkeypatch.setattr(model, "run", shift_by_oxygen)
    (carbon,) = read(pet_file).regions
    oxygen = replace(carbon, label="O 1s", binding_energy_ev=carbon.binding_energy_ev + 248.0)
    written = [Spectrum(Path("x"), "VAMAS", "", (carbon, oxygen), sample=name) for name in ("a", "b", "c", "d")]
    write_vamas(written, tmp_path / "four.vms")
    drop((tmp_path / "four.vms").read_bytes(), "four.vms")
    before = read_all(tmp_path / "four.vms")
    keys = [sample["key"] for sample in client.get("api/state").json()["samples"]]
    client.post("api/remove", json={"keys": keys[3:]})
    asked = [
        {"key": key, "choice": {"reference_ev": 284.8, "without": without}}
        for key, without in zip(keys[:3], ([], [1], [0, 1]), strict=True)
    ]
    shown = [client.post("api/answer", json=item).json()["answer"] for item in asked]
    shifts = [0.0 if answer is None else answer["shift_ev"] for answer in shown]
    assert shifts == pytest.approx([2.2, 1.7, 0.0])
    for first in (0, 1, 2):  # whichever sample is looked at
        content = client.post("api/export", json={"kind": "vamas", "samples": [asked[first], *asked]}).content
        (tmp_path / "corrected.vms").write_bytes(content)
        for old, new, shift in zip(before, read_all(tmp_path / "corrected.vms"), [*shifts, 0.0], strict=True):
            assert old.sample == new.sample
            for region, moved in zip(old.regions, new.regions, strict=True):
                assert moved.binding_energy_ev == pytest.approx(region.binding_energy_ev - shift, abs=1e-3)
    assert b"c: left as measured" in content


def test_another_reference_asks_the_model_no_more(client: TestClient, drop: Drop, model: Any) -> None:
    key = drop()
    shifts = []
    for reference in (285.0, 284.8, 284.4):
        found = client.post("api/answer", json={"key": key, "choice": {"reference_ev": reference}}).json()
        shifts.append(found["answer"]["shift_ev"])
    assert model.asked == 1
    assert shifts == pytest.approx([2.0, 2.2, 2.6])


def test_a_region_that_is_left_out_changes_the_answer_and_comes_back(client: TestClient, drop: Drop) -> None:
    key = drop()
    whole = client.post("api/answer", json={"key": key}).json()
    assert [region["used"] for region in whole["regions"]] == [True]
    without = client.post("api/answer", json={"key": key, "choice": {"without": [0]}}).json()
    assert without["answer"] is None
    assert "no region is left" in without["summary"]["sentence"]
    assert without["regions"][0] | {"why": ""} == whole["regions"][0] | {"left_out": True, "used": False, "why": ""}
    assert client.post("api/answer", json={"key": key}).json()["answer"] == whole["answer"]


def test_curves_are_those_of_the_file(client: TestClient, drop: Drop, pet_file: Path) -> None:
    found = client.post("api/answer", json={"key": drop()}).json()
    region = read(pet_file).regions[0]
    (curves,) = found["curves"]
    assert curves["energy"] == pytest.approx(region.binding_energy_ev.tolist())
    assert curves["intensity"] == pytest.approx(region.intensity.tolist(), rel=1e-4)
    total = [
        a + sum(parts)
        for a, *parts in zip(curves["background"], *(c["values"] for c in curves["components"]), strict=True)
    ]
    assert curves["total"] == pytest.approx(total, rel=1e-3, abs=1e-3 * max(total))


def test_another_tab_sees_that_something_changed(client: TestClient, drop: Drop) -> None:
    key = drop()
    state = client.get("api/state", params={"known": "-1"}).json()
    assert [sample["key"] for sample in state["samples"]] == [key]
    assert "samples" not in client.get("api/state", params={"known": str(state["revision"])}).json()
    client.post("api/remove", json={"keys": [key]})
    assert client.get("api/state", params={"known": str(state["revision"])}).json()["samples"] == []
    gone = client.post("api/answer", json={"key": key})
    assert gone.status_code == 410
    assert "another tab" in gone.json()["error"]


# The port


def test_a_second_page_on_the_same_port_is_a_sentence() -> None:
    first = listen(0)
    try:
        assert first.getsockname()[0] == "127.0.0.1"  # this machine alone
        with pytest.raises(UsageError, match="another `xps-keras app`"):
            listen(first.getsockname()[1])
    finally:
        first.close()


def test_a_second_program_on_the_same_port_ends_with_that_sentence() -> None:
    first = listen(0)
    port = first.getsockname()[1]
    try:
        found = CliRunner().invoke(cli.app, ["app", "--no-browser", "--port", str(port)])
    finally:
        first.close()
    assert found.exit_code == 1
    assert found.stderr.startswith(f"xps-keras: Port {port} cannot be used")
    assert found.stdout == ""


def test_only_loopback_is_listened_on() -> None:
    found = listen(0)
    try:
        other = socket.socket()
        other.settimeout(0.3)
        addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
        for address in addresses - {"127.0.0.1"}:
            assert other.connect_ex((str(address), found.getsockname()[1])) != 0
    finally:
        found.close()


def _export(client: TestClient, kind: str, key: str, choice: object) -> Any:
    answer = client.post("api/export", json={"kind": kind, "samples": [{"key": key, "choice": choice}]})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    return answer
