"""Trade figures from UN Comtrade by its official client: a file for one exporter, or a check of what the book rests on."""

import argparse
import io
import json
import math
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from beltroad import spellings
from bookpress import tables
from bookpress.cli import command
from bookpress.edition import book

KEY = "COMTRADE_API_KEY"  # the environment holds it, never a command line that others can list
PREVIEW = 500  # rows that the service gives without a key
CHINA = "156"
TRIES = 4  # how often a limit of requests is waited for
LONGEST = 60  # seconds that are waited for it, unless --wait says more
SECONDS = 30  # until an answer begins to arrive
PACE = 100_000  # bytes a second of an answer, at least
LARGEST = 100 << 20  # bytes of an answer
COLUMNS = 100  # of an answer; the service has 47
LATE = "UN Comtrade did not answer in time; nothing was fetched"
DIGITS = {"S": (1, 2, 3, 4, 5), "H": (2, 4, 6)}
NEEDED = ["refYear", "reporterCode", "reporterISO", "flowCode", "partnerCode", "partnerISO", "cmdCode"]
NEEDED += ["primaryValue"]
# What the client prints when something goes wrong, and what it means.
REASONS = {
    r"429|[Rr]ate limit": "UN Comtrade's limit of requests is reached; wait a little and ask again",
    "^Request error.*(NameResolution|NewConnection|ConnectTimeout|Proxy)Error": "UN Comtrade cannot be reached; nothing was "
    "fetched (offline?)",
    "^Request error.*([Tt]imeout|timed out)": LATE,
    "^Request error": "the connection to UN Comtrade broke off; nothing was fetched",
}


class FetchError(book.BookError):
    """The service cannot be reached, refuses, or answers with something else than what was asked for."""


@dataclass(frozen=True)
class Question:
    """What is asked of the service: one year of one flow, with its own codes of economies."""

    year: int
    partner: str
    reporter: str = CHINA
    flow: str = "M"
    classification: str = "S4"
    digits: int = 2


def add(commands: command.Commands) -> None:
    """Add the command that fetches figures from UN Comtrade."""
    made = command.add(commands, fetch)
    made.epilog = (
        f"Example: beltroad fetch --exporter BRA --to brazil.csv. A key is taken from {KEY}; without one the "
        f"service gives previews of {PREVIEW} rows a question, enough for SITC divisions."
    )
    made.add_argument(
        "--exporter",
        type=command.argument(spellings.iso3),
        help="name, ISO code or UN number, for example BRA",
    )
    made.add_argument("--years", type=command.years, default=(2016, 2018), help="default 2016-2018")
    whose = "whose figures: China's imports, CIF (default), or the exporter's own exports to China, FOB"
    made.add_argument("--reporter", choices=["china", "exporter"], default="china", help=whose)
    known = _matching("S[1-4]|H[0-6S]", "S1-S4, H0-H6 or HS")
    made.add_argument("--classification", type=known, default="S4", help="S1-S4, H0-H6 or HS (default S4)")
    made.add_argument("--digits", type=int, help="digits of the codes (default 2 for SITC, 6 for HS)")
    made.add_argument("--to", type=Path, metavar="FILE", help="CSV file to write, as the service lays it out")
    made.add_argument("--force", action="store_true", help="overwrite the file")
    made.add_argument("--proxy", metavar="URL", help="proxy to go through")
    wait = f"the most to wait where the service asks for it (default {LONGEST})"
    made.add_argument("--wait", type=int, default=LONGEST, metavar="SECONDS", help=wait)
    check = "compare the book's own figures with the service's"
    made.add_argument("--check", action="store_true", help=check)


def fetch(options: argparse.Namespace) -> int:
    """Fetch an exporter's trade with China from UN Comtrade, or check whether the book's figures were revised."""
    client = Client(os.environ.get(KEY) or None, options.proxy, options.wait)
    if options.check:
        if options.exporter or options.to:
            raise FetchError("fetch --check: found --exporter or --to; it compares all and writes nothing")
        return check(client, *options.years)
    if not (options.exporter and options.to):
        raise FetchError("fetch: found no --exporter or no --to, expected both, or --check")
    if options.to.exists() and not options.force:
        raise FetchError(f"{options.to}: exists already; --force overwrites it")
    kind = options.classification[0]
    digits = options.digits or (2 if kind == "S" else 6)
    if digits not in DIGITS[kind]:
        known = ", ".join(map(str, DIGITS[kind]))
        raise FetchError(f"--digits: found {digits}, expected one of {known} for {options.classification}")
    own = client.code(options.exporter)
    first = Question(options.years[0], own, CHINA, "M", options.classification, digits)
    side = f"as China reports its imports from {options.exporter} (CIF)"
    if options.reporter == "exporter":
        first = replace(first, reporter=own, partner=CHINA, flow="X")
        side = f"as {options.exporter} reports its exports to China (FOB)"
    frames = []
    for year in range(options.years[0], options.years[1] + 1):
        frames.append(client.ask(replace(first, year=year)))
        named = frames[-1]["partnerISO" if options.reporter == "china" else "reporterISO"].astype(str)
        if other := sorted({name for name in named if spellings.economy(name) != options.exporter}):
            raise FetchError(f"{year}: the answer is about {other[0]!r}, expected {options.exporter}")
        print(f"{year}: {len(frames[-1]):,} rows", file=sys.stderr)
    frame = pd.concat(frames, ignore_index=True)
    book.write(options.to, frame.to_csv(index=False, lineterminator="\n"))
    print(f"{options.to}: {len(frame):,} rows, {side}")
    return 0


def check(client: "Client", first: int, last: int) -> int:
    """Compare China's imports from the book's exporters with what the service says now; return 1 if they differ."""
    recorded = tables.read("china-by-division").query("flow == 'import'")
    years = recorded["year"].min(), recorded["year"].max()
    if not years[0] <= first <= last <= years[1]:
        raise FetchError(f"years: found {first}-{last}, expected a span within {years[0]}-{years[1]}")
    recorded = recorded[recorded["year"].between(first, last)]
    exporters = sorted(recorded["partner_iso3"].unique())
    codes = {exporter: client.code(exporter) for exporter in exporters}
    # Half of the exporters at a time: a preview would not hold the divisions of all.
    halves = [exporters] if client.key else [exporters[::2], exporters[1::2]]
    frames = []
    for year in range(first, last + 1):
        for half in halves:
            frames.append(client.ask(Question(year, ",".join(codes[exporter] for exporter in half))))
        print(f"{year}: asked for {len(exporters)} exporters", file=sys.stderr)
    now = pd.concat(frames).rename(columns={"refYear": "year", "partnerISO": "partner_iso3"})
    now["sitc_division"] = now["cmdCode"].astype(str)
    key = ["partner_iso3", "year", "sitc_division"]
    was, found = recorded.set_index(key)["value_usd"], now.set_index(key)["primaryValue"].astype(float)
    both = pd.DataFrame({"recorded": was, "now": found}).fillna(0)
    both["divisions"] = (both["recorded"] - both["now"]).abs() >= 1  # the service has cents, the book dollars
    sums = both.groupby(["partner_iso3", "year"]).sum()
    sums.insert(2, "change_pct", 100 * (sums["now"] / sums["recorded"] - 1))
    moved = sums[sums["divisions"].gt(0)]
    if moved.empty:
        print(f"No figure of the {len(sums)} exporters and years of {first}-{last} was revised.")
        return 0
    count = f"{len(moved)} of {len(sums)} exporters and years"
    print(f"Revised: {count}. US dollars, and how many divisions moved:\n")
    print(command.printed(moved.astype({"recorded": "int64", "now": "int64"}), "text"))
    return 1


class Client:
    """The official client, asked so that every failure is one sentence and none shows the key."""

    def __init__(self, key: str | None, proxy: str | None, wait: int = LONGEST) -> None:
        try:
            import comtradeapicall
            import urllib3
        except ImportError:
            raise FetchError("fetch: found no client of UN Comtrade; `make .venv/fetch` sets it up") from None
        self.key, self._proxy, self._longest = key, proxy, wait
        self._api: Any = comtradeapicall
        self._pool: Any = urllib3.PoolManager
        self._response: Any = urllib3.HTTPResponse
        self._broken = urllib3.exceptions.HTTPError
        self._wait = ""  # what the last answer asks to wait, by its header

    def code(self, exporter: str) -> str:
        """Return the service's own codes of an economy, separated by commas where it has had several."""
        code = self._call(lambda: self._api.convertCountryIso3ToCode(exporter, proxy_url=self._proxy))
        if not code:
            raise FetchError(f"UN Comtrade knows no economy {exporter!r}; expected an ISO3 code")
        return str(code)

    def ask(self, question: Question) -> pd.DataFrame:
        """Return the rows of one year as the service lays them out; refused unless they answer the question."""
        criteria = {
            **{"typeCode": "C", "freqCode": "A", "clCode": question.classification},
            "period": str(question.year),
            "reporterCode": question.reporter,
            "partnerCode": question.partner,
            "flowCode": question.flow,
            "cmdCode": f"AG{question.digits}",
            # All second partners, customs procedures and means of transport together: one row a code.
            **{"partner2Code": "0", "customsCode": "C00", "motCode": "0"},
            **{"breakdownMode": "classic", "includeDesc": True, "proxy_url": self._proxy},
        }
        if self.key:
            frame = self._call(lambda: self._api.getFinalData(self.key, **criteria))
        else:
            frame = self._call(lambda: self._api.previewFinalData(**criteria))
        _audit(frame, question)
        if (
            self.key
            and frame.astype(str)
            .apply(lambda column: column.str.contains(self.key, regex=False))
            .to_numpy()
            .any()
        ):
            raise FetchError(f"{question.year}: the answer repeats the key; nothing was written")
        if not self.key and len(frame) >= PREVIEW:
            longer = f"the preview ends at {PREVIEW} rows and the answer is longer"
            raise FetchError(f"{question.year}: {longer}; set {KEY} for all of it, or ask for fewer digits")
        return frame  # type: ignore[no-any-return]

    def _call(self, call: Any) -> Any:
        from unittest.mock import patch  # it loads much that no other command is to wait for

        for _ in range(TRIES):
            said = io.StringIO()  # the client prints what goes wrong
            self._wait = ""
            try:
                with (
                    redirect_stdout(said),
                    patch.object(self._pool, "urlopen", self._bounded(self._pool.urlopen)),
                ):
                    answer = call()
            except FetchError:
                raise
            except (ValueError, LookupError, TypeError, AttributeError, RuntimeError):
                raise FetchError(
                    "UN Comtrade answered with something else than figures: is it cut off?"
                ) from None
            except self._broken as error:
                raise FetchError(self._reason(f"Request error: {error!r}")) from None
            if answer is not None:
                return answer
            wait = self._wait or "".join(re.findall(r"[Tt]ry again in (\d+) second", said.getvalue())[:1])
            if not wait:
                raise FetchError(self._reason(said.getvalue()))
            if not wait.isdecimal() or int(wait) > self._longest:
                unit = " seconds" if wait.isdecimal() else ""
                raise FetchError(
                    f"UN Comtrade asks to wait {wait[:40]}{unit}, more than the {self._longest} of --wait"
                )
            print(f"UN Comtrade asks to wait {wait} seconds", file=sys.stderr, flush=True)
            time.sleep(int(wait))
        raise FetchError(_reason("Rate limit"))

    def _bounded(self, urlopen: Callable[..., Any]) -> Callable[..., Any]:
        """Return what asks as the client does, but follows no redirect and reads no more, and no longer, than is allowed."""

        def ask(pool: Any, method: str, url: str, **how: Any) -> Any:
            start = time.monotonic()
            how |= {"redirect": False, "retries": False, "preload_content": False}
            with deadline(SECONDS):  # a head that arrives byte by byte never waits for long, and has no end
                found = urlopen(pool, method, url, **how)
            if found.status in (301, 302, 303, 307, 308):
                raise FetchError("UN Comtrade sends elsewhere, expected an answer; nothing was fetched")
            content = b""
            while block := found.read1(1 << 16, decode_content=True):
                content += block
                if len(content) > LARGEST:
                    raise FetchError(
                        f"UN Comtrade answers with more than {LARGEST:,} bytes, expected one year of one flow"
                    )
                if time.monotonic() > start + SECONDS + len(content) / PACE:
                    raise FetchError(LATE)
            self._wait = found.headers.get("Retry-After", "") if found.status in (429, 503) else ""
            kept = {name: value for name, value in found.headers.items() if name.lower() == "content-type"}
            return self._response(io.BytesIO(content), status=found.status, headers=kept)

        return ask

    def _reason(self, said: str) -> str:
        """Return what the client printed as one sentence without the key, whatever the service repeats."""
        return _reason(said.replace(self.key, "…") if self.key else said)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise a FetchError when what is done takes longer; only where signals have timers, and on the main thread."""

    def late(number: int, frame: object) -> None:
        raise FetchError(LATE)

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _reason(said: str) -> str:
    """Return what the client printed as one sentence; what it prints of an address holds the key."""
    for mark, reason in REASONS.items():
        if re.search(mark, said, re.S):
            return reason
    try:
        answer = json.loads(said)
        message = str(answer.get("message", "")) if isinstance(answer, dict) else ""
    except ValueError:  # a page, not an answer
        message = " ".join(re.sub(r"<[^>]*>", " ", said).split())
    return f"UN Comtrade refused: {message[:200] or 'it gave no reason'}"


def _audit(frame: pd.DataFrame, question: Question) -> None:
    """Refuse an answer that is empty, lacks columns or is about something else."""
    if not isinstance(frame, pd.DataFrame) or len(frame.columns) > COLUMNS:
        raise FetchError(f"{question.year}: the answer is no table of figures; nothing was written")
    if frame.empty:
        raise FetchError(
            f"{question.year}: UN Comtrade has no figures for this question; nothing was written"
        )
    if missing := [name for name in NEEDED if name not in frame]:
        raise FetchError(
            f"{question.year}: the answer lacks the column {missing[0]}, expected the usual layout"
        )
    strange = [
        set(frame["refYear"].astype(str)) - {str(question.year)},
        set(frame["flowCode"].astype(str)) - {question.flow},
        [code for code in frame["cmdCode"].astype(str) if not code.isalnum()],
        set(frame["reporterCode"].astype(str)) - set(question.reporter.split(",")),
        set(frame["partnerCode"].astype(str)) - set(question.partner.split(",")),
    ]
    if any(strange) or frame[["reporterCode", "partnerCode", "cmdCode"]].astype(str).duplicated().any():
        mixed = "the answer mixes years, flows, economies or breakdowns"
        raise FetchError(f"{question.year}: {mixed}, expected one row a code as asked")
    for value in frame["primaryValue"]:
        if isinstance(value, (bool, str)) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
            raise FetchError(
                f"{question.year}: found the value {value!r:.40}, expected a plain number; nothing was written"
            )
    texts = frame.map(lambda cell: isinstance(cell, str) and cell[:1] in ("=", "@"))
    if texts.to_numpy().any():
        raise FetchError(
            f"{question.year}: found a text that a spreadsheet takes for a formula; nothing was written"
        )


def _matching(pattern: str, expected: str) -> Callable[[str], str]:
    """Return what takes the text of an option that matches a pattern."""

    def checked(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError(f"found {text!r}, expected {expected}")
        return text

    return checked
