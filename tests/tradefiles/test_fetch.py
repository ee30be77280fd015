"""Fetching from UN Comtrade: the official client against a server on this machine that answers as the service does."""

import contextlib
import csv
import json
import os
import re
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

import trade_files as made
from beltroad import __main__
from bookpress import tables
from tradefiles import fetch

urllib3 = pytest.importorskip("urllib3")
pytest.importorskip(
    "comtradeapicall", reason="found no client of UN Comtrade; `make test SUITE=fetch` sets it up"
)

LAYOUT = made.API  # of the present API
CODES = made.NUMBERS
ISO3 = {code: iso3 for iso3, code in CODES.items()}


def rows(ask):
    """What the service gives for a question: the book's own figures, and a small exporter's of the test."""
    year, flow, reporters, partners = ask["period"], ask["flowCode"], ask["reportercode"], ask["partnerCode"]
    known = tables.read("china-by-division").query(f"flow == 'import' and year == {year}")
    values = [(r.partner_iso3, r.sitc_division, float(r.value_usd)) for r in known.itertuples()]
    values += [("BRA", "04", 1250000.5), ("BRA", "22", 3000000.25), ("CHN", "22", 2500000.0)]
    for iso3, division, value in values:
        if CODES[iso3] in partners.split(","):
            (row,) = made.api(
                [(int(year), division, 0)], iso3, reporterCode=reporters, reporterISO=ISO3[reporters]
            )
            row |= {"flowCode": flow, "classificationCode": ask["path"][-1], "primaryValue": value}
            numbers = {name: int(row[name]) for name in ("refYear", "reporterCode", "partnerCode")}
            yield {name: cell if cell != "" else None for name, cell in (row | numbers).items()}


class Service(BaseHTTPRequestHandler):
    """Answers as the service does, or as the test has it answer the next questions."""

    def do_GET(self):
        url = urlsplit(self.path)
        ask = {name: value[0] for name, value in parse_qs(url.query).items()}
        ask["path"] = url.path.strip("/").split("/")
        if url.path.endswith("country_area_code_iso.json"):
            listed = [{"country_area_code": int(code), "iso3": iso3} for iso3, code in CODES.items()]
            return self.answer(200, json.dumps({"results": listed}))
        self.server.asked.append(ask)
        status, body, headers = 200, None, {}
        if self.server.faults:
            status, body, headers = self.server.faults.pop(0)
        if callable(body):
            return body(self)
        if body is None:
            data = list(rows(ask))
            data = self.server.change(data)
            body = json.dumps({"elapsedTime": "0.1 secs", "count": len(data), "data": data, "error": ""})
        return self.answer(status, body, headers)

    def answer(self, status, body, headers=None, stated=None):
        content = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(stated or len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def service(monkeypatch):
    """A server of this machine in the place of the service; the client knows no other address, so it is led there."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.asked, server.faults, server.change = [], [], lambda data: data
    server.patience = 30  # seconds; no test but that of a silent service waits so long
    server.released = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    class Here(urllib3.PoolManager):
        def request(self, method, url, **options):
            assert url.startswith("https://comtradeapi.un.org/"), "no other address is ever asked"
            here = url.replace("https://comtradeapi.un.org", f"http://127.0.0.1:{server.server_port}")
            return super().request(method, here, **{**options, "timeout": server.patience})

    monkeypatch.setattr(urllib3, "PoolManager", Here)
    monkeypatch.delenv(fetch.KEY, raising=False)
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def waited(monkeypatch):
    """Seconds that were waited, without waiting."""
    seconds = []
    monkeypatch.setattr(fetch.time, "sleep", seconds.append)
    return seconds


def run(*arguments):
    return __main__.main(["fetch", *map(str, arguments)])


def brazil(folder, *more):
    return run("--exporter", "BRA", "--years", "2017", "--to", folder / "bra.csv", *more)


def refused(capsys, folder, *more):
    """Run what must be refused: one line, nothing written, no key shown; return the line."""
    assert brazil(folder, *more) == 2
    said = capsys.readouterr()
    err = re.sub(r"UN Comtrade asks to wait \d+ seconds\n", "", said.err)
    assert said.out == "" and err.count("\n") == 1 and "secret" not in said.err
    assert not list(folder.iterdir())
    return err.removeprefix("beltroad: ").rstrip("\n")


def test_a_file_has_the_services_layout(service, tmp_path, capsys):
    assert run("--exporter", "BRA", "--years", "2016-2017", "--to", tmp_path / "bra.csv") == 0
    said = capsys.readouterr()
    assert said.out.endswith("bra.csv: 4 rows, as China reports its imports from BRA (CIF)\n")
    assert said.err == "2016: 2 rows\n2017: 2 rows\n"
    with (tmp_path / "bra.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert list(found[0]) == LAYOUT
    assert [(row["refYear"], row["cmdCode"], row["primaryValue"]) for row in found] == [
        ("2016", "04", "1250000.5"),
        ("2016", "22", "3000000.25"),
        ("2017", "04", "1250000.5"),
        ("2017", "22", "3000000.25"),
    ]
    first = service.asked[0]
    assert first["path"] == ["public", "v1", "preview", "C", "A", "S4"]
    assert "subscription-key" not in first
    expected = {
        "reportercode": "156",
        "partnerCode": "76",
        "flowCode": "M",
        "cmdCode": "AG2",
        "period": "2016",
    }
    expected |= {"partner2Code": "0", "customsCode": "C00", "motCode": "0"}
    assert {name: first[name] for name in expected} == expected


def test_a_key_of_the_environment_asks_for_all_rows(service, tmp_path, monkeypatch):
    monkeypatch.setenv(fetch.KEY, "secret")
    assert brazil(tmp_path, "--classification", "H5") == 0
    assert service.asked[0]["path"] == ["data", "v1", "get", "C", "A", "H5"]
    assert service.asked[0]["subscription-key"] == "secret"
    assert service.asked[0]["cmdCode"] == "AG6"


def test_the_exporters_own_report_is_another_question_and_said_to_be(service, tmp_path, capsys):
    assert brazil(tmp_path, "--reporter", "exporter") == 0
    asked = service.asked[0]
    assert (asked["reportercode"], asked["partnerCode"], asked["flowCode"]) == ("76", "156", "X")
    assert "as BRA reports its exports to China (FOB)" in capsys.readouterr().out


def test_a_file_that_is_there_stays_unless_forced(service, tmp_path, capsys):
    (tmp_path / "bra.csv").write_text("mine")
    assert brazil(tmp_path) == 2
    assert "exists already; --force overwrites it" in capsys.readouterr().err
    assert (tmp_path / "bra.csv").read_text() == "mine" and not service.asked
    service.faults.append((500, "broken", {}))
    assert brazil(tmp_path, "--force") == 2
    assert (tmp_path / "bra.csv").read_text() == "mine"
    assert brazil(tmp_path, "--force") == 0
    assert (tmp_path / "bra.csv").read_text().startswith("typeCode,")
    assert [path.name for path in tmp_path.iterdir()] == ["bra.csv"]


def test_a_limit_of_requests_is_waited_for_and_said(service, tmp_path, waited, capsys):
    limit = '{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 7 seconds." }'
    service.faults += [(429, limit, {}), (429, "{}", {"Retry-After": "9"})]
    assert brazil(tmp_path) == 0
    assert waited == [7, 9] and len(service.asked) == 3
    assert "UN Comtrade asks to wait 9 seconds" in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["3600", "99999999999999999999", "soon", "Fri, 31 Dec 2099 23:59:59 GMT"])
def test_nobody_waits_longer_than_allowed(asked, service, tmp_path, waited, capsys):
    service.faults += [(429, "{}", {"Retry-After": asked})]
    assert "UN Comtrade asks to wait " in (said := refused(capsys, tmp_path)) and "of --wait" in said
    assert not waited


def test_no_redirect_is_followed(service, tmp_path, capsys):
    service.faults.append((302, "", {"Location": "http://127.0.0.2/elsewhere"}))
    assert "sends elsewhere" in refused(capsys, tmp_path)
    assert len(service.asked) == 1


def drip(handler, begin):
    """Send an answer byte by byte, for longer than anybody waits and never so slowly that one byte is late."""
    with contextlib.suppress(OSError):
        handler.wfile.write(begin)
        while not handler.server.released.wait(0.02):
            handler.wfile.write(b"x")
    handler.close_connection = True


def dripping_head(handler):
    drip(handler, b"HTTP/1.1 200 OK\r\nX-Long: ")


def dripping_body(handler):
    drip(handler, b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")


def test_an_answer_has_a_size_and_a_time(service, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(fetch, "LARGEST", 1000)
    service.faults.append((200, " " * 5000, {}))
    assert "answers with more than 1,000 bytes" in refused(capsys, tmp_path)
    monkeypatch.setattr(fetch, "SECONDS", 0.3)
    for slow in (dripping_head, dripping_body):
        service.faults.append((200, slow, {}))
        assert "UN Comtrade did not answer in time" in refused(capsys, tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"primaryValue": "abc"}, "found the value 'abc', expected a plain number"),
        ({"primaryValue": True}, "found the value True"),
        ({"primaryValue": -5}, "found the value -5"),
        ({"primaryValue": None}, "expected a plain number"),
        ({"cmdDesc": "=cmd|' /C calc'!A0"}, "a text that a spreadsheet takes for a formula"),
        ({"partnerISO": "DEU"}, "the answer is about 'DEU', expected BRA"),
        ({"cmdDesc": "key secret"}, "the answer repeats the key"),
        ({"flowCode": ["M"]}, "mixes years, flows"),
        ({"cmdCode": ["04"]}, "mixes years, flows"),
        ({"cmdCode": ["04"], "refYear": [2017]}, "mixes years, flows"),
    ],
)
def test_a_row_that_is_no_figure_is_not_written(change, said, service, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(fetch.KEY, "secret")
    row = {"refYear": 2017, "reporterCode": 156, "reporterISO": "CHN", "flowCode": "M", "partnerCode": 76,
           "partnerISO": "BRA", "cmdCode": "04", "cmdDesc": "Cereals", "primaryValue": 12.5}  # fmt: skip
    service.faults.append((200, json.dumps({"count": 1, "data": [row | change]}), {}))
    err = refused(capsys, tmp_path)
    assert said in err


LIMIT = '{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds." }'
QUOTA = '{ "statusCode": 403, "message": "Out of call volume quota. Quota will be replenished in 10:00:00." }'


def cut_off(handler):
    """Promise more than is sent."""
    handler.answer(200, '{"data": [{"refYear": 2017', stated=4000)
    handler.close_connection = True


def silent(handler):
    """Take the question and say nothing for longer than anybody waits."""
    handler.server.released.wait(30)


def hung_up(handler):
    """Close the connection without a word."""
    handler.close_connection = True


@pytest.mark.parametrize(
    ("status", "body", "headers", "message"),
    [
        (429, LIMIT, {}, "UN Comtrade's limit of requests is reached; wait a little and ask again"),
        (429, LIMIT, {"Retry-After": "0"}, "UN Comtrade's limit of requests is reached"),
        (429, "{}", {}, "UN Comtrade refused: it gave no reason"),
        (403, QUOTA, {}, "UN Comtrade refused: Out of call volume quota."),
        (
            500,
            "<html><h1>Internal\nError</h1></html>",
            {"Content-Type": "text/html"},
            "refused: Internal Error",
        ),
        (200, '{"data": NaN}', {}, "something else than figures"),
        (200, '{"data": 5}', {}, "something else than figures"),
        (503, "", {}, "UN Comtrade refused: it gave no reason"),
        (200, '{"count": 2, "data": [{"refYear": 20', {}, "something else than figures: is it cut off?"),
        (200, "<html>Sign in</html>", {"Content-Type": "text/html"}, "something else than figures"),
        (200, '{"count": 0, "error": "busy"}', {}, "something else than figures"),
        (200, '{"count": 0, "data": []}', {}, "2017: UN Comtrade has no figures for this question"),
        (200, '{"data": [{"refYear": 2017}]}', {}, "the answer lacks the column reporterCode"),
        (200, cut_off, {}, "the connection to UN Comtrade broke off; nothing was fetched"),
        (200, hung_up, {}, "the connection to UN Comtrade broke off; nothing was fetched"),
        (200, silent, {}, "UN Comtrade did not answer in time; nothing was fetched"),
    ],
)
def test_a_fault_is_one_sentence_and_nothing_is_written(
    service, tmp_path, capsys, waited, monkeypatch, status, body, headers, message
):
    monkeypatch.setenv(fetch.KEY, "secret")
    service.faults += [(status, body, headers)] * 20
    if body is silent:
        service.patience = 0.1
    assert message in refused(capsys, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: [row | {"refYear": 2016} for row in data],
        lambda data: [row | {"flowCode": "X"} for row in data],
        lambda data: [row | {"reporterCode": 36} for row in data],
        lambda data: [row | {"partnerCode": 0} for row in data],
        lambda data: data * 2,
    ],
)
def test_an_answer_to_another_question_is_refused(service, tmp_path, capsys, change):
    service.change = change
    assert "2017: the answer mixes years, flows, economies or breakdowns" in refused(capsys, tmp_path)


def test_a_preview_that_ends_is_said_and_not_written(service, tmp_path, capsys, monkeypatch):
    service.change = lambda data: [data[0] | {"cmdCode": f"{n:06}"} for n in range(500)]
    assert "2017: the preview ends at 500 rows" in refused(capsys, tmp_path)
    monkeypatch.setenv(fetch.KEY, "secret")
    assert brazil(tmp_path) == 0


def test_an_economy_that_the_service_does_not_know(service, tmp_path, capsys):
    assert run("--exporter", "ATA", "--to", tmp_path / "x.csv") == 2
    assert "UN Comtrade knows no economy 'ATA'" in capsys.readouterr().err
    assert not service.asked


@pytest.mark.parametrize("key", ["", "secret"])
def test_check_says_that_nothing_was_revised(service, capsys, monkeypatch, key):
    monkeypatch.setenv(fetch.KEY, key)
    assert run("--check", "--years", "2016-2017") == 0
    expected = "No figure of the 20 exporters and years of 2016-2017 was revised.\n"
    assert capsys.readouterr().out == expected
    assert len(service.asked) == (2 if key else 4), "a preview would not hold the divisions of ten exporters"


def test_check_names_what_was_revised(service, capsys):
    def revised(data):
        for row in data:
            if (row["partnerISO"], row["cmdCode"]) == ("AUS", "28"):
                row["primaryValue"] += 1000
        return [row for row in data if (row["partnerISO"], row["cmdCode"]) != ("RUS", "33")]

    service.change = revised
    assert run("--check", "--years", "2017") == 1
    said = capsys.readouterr().out
    assert said.startswith("Revised: 2 of 10 exporters and years.")
    lines = [line.split() for line in said.splitlines()[-2:]]
    recorded = tables.read("china-by-division").query("flow == 'import' and year == 2017")
    total = recorded.groupby("partner_iso3")["value_usd"].sum()
    assert lines[0] == ["AUS", "2017", str(total["AUS"]), str(total["AUS"] + 1000), "0.00", "1"]
    oil = recorded.query("partner_iso3 == 'RUS' and sitc_division == '33'")["value_usd"].sum()
    assert lines[1][:4] == ["RUS", "2017", str(total["RUS"]), str(total["RUS"] - oil)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--exporter", "BRA"], "found no --exporter or no --to, expected both, or --check"),
        (["--check", "--exporter", "BRA"], "it compares all and writes nothing"),
        (["--check", "--years", "2018-2019"], "found 2018-2019, expected a span within 2010-2018"),
        (
            ["--exporter", "BRA", "--to", "x.csv", "--digits", "3", "--classification", "H4"],
            "one of 2, 4, 6 for H4",
        ),
        (["--exporter", "brasil"], "found 'brasil', which names no economy"),
        (["--years", "2018-2016"], "found '2018-2016', expected a year or a span"),
        (["--classification", "S9"], "found 'S9', expected S1-S4, H0-H6 or HS"),
    ],
)
def test_a_wrong_question_is_not_asked(service, ask, arguments, message):
    done = ask("fetch", *arguments)
    assert done.returncode == 2 and message in done.stderr
    assert not service.asked


@pytest.mark.parametrize("arguments", [["--check"], ["--exporter", "BRA", "--to", "bra.csv"]])
def test_offline_it_says_so_in_one_line(tmp_path, arguments):
    # The whole program, led to a port of this machine where nobody listens.
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        command = [sys.executable, "-m", "beltroad", "fetch", *arguments, "--proxy", proxy]
        environment = os.environ | {fetch.KEY: "secret"}
        result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stderr == "beltroad: UN Comtrade cannot be reached; nothing was fetched (offline?)\n"
    assert result.stdout == "" and not list(tmp_path.iterdir())


def test_without_the_client_one_line_says_how_to_get_it(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "comtradeapicall", None)
    assert run("--check") == 2
    assert (
        capsys.readouterr().err
        == "beltroad: fetch: found no client of UN Comtrade; `make .venv/fetch` sets it up\n"
    )
