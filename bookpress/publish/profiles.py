"""Is a crate a valid RO-Crate? Ask roc-validator, without a network: run by ``make crate-check`` in its own environment.

python -m bookpress.publish.profiles CRATE

The validator fetches the terms of RO-Crate (the JSON-LD context) when it reads a crate. They are put into its cache first, from
the package ``rocrate``, which brings them; then it is told to stay offline.
Exit status: 0 every requirement is met, 2 one is not.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILES = ["ro-crate-1.1", "process-run-crate"]
# Recommendations that are not followed, by a part of their message, and why.
LEFT = {
    "endTime": "a time would make the same book another crate each time",
    "agent": "whoever runs the notebooks is not known, and nobody is made up",
    "publisher": "nobody has published the edition yet",
    "SHOULD have a url": "the edition has no address yet",
    "SHOULD have a URL": "the edition has no address yet",
    "absolute URI": "the notebooks are files of the crate",
}


def cached(folder: Path) -> Path:
    """Write a cache of the validator that holds the terms of RO-Crate; return where it is.

    Raises
    ------
    ValueError
        If the package at hand brings the terms of another version.
    """
    import json

    from requests_cache import CachedRequest, CachedResponse, CachedSession

    content = (resources.files("rocrate") / "data" / "ro-crate.jsonld").read_bytes()
    found = json.loads(content)["@id"]
    if found != CONTEXT:
        raise ValueError(f"package rocrate: found the terms {found}, expected {CONTEXT}")
    session = CachedSession(cache_name=str(folder / "cache"), backend="sqlite")
    answer = CachedResponse(
        status_code=200,
        url=CONTEXT,
        headers={"Content-Type": "application/ld+json"},
        request=CachedRequest(method="GET", url=CONTEXT),
    )
    answer._content = content
    session.cache.save_response(answer)
    session.close()
    return folder / "cache"


def issues(crate: Path, profile: str, cache: Path) -> list[Any]:
    """Return what the validator finds against one profile, requirements and recommendations."""
    from rocrate_validator import models, services

    settings = models.ValidationSettings(
        rocrate_uri=str(crate),
        profile_identifier=profile,
        requirement_severity=models.Severity.RECOMMENDED,
        cache_path=cache,
        offline=True,
    )
    return list(services.validate(settings).get_issues(models.Severity.RECOMMENDED))


def told(found: Iterable[Any]) -> list[str]:
    """Return a line for every kind of finding, with how often it is found and one place."""
    found = list(found)
    count = Counter(issue.message for issue in found)
    where = {
        issue.message: str(issue.violatingEntity)
        for issue in sorted(found, key=lambda issue: str(issue.violatingEntity), reverse=True)
    }
    return [f"{number} × {message} (first: {where[message]})" for message, number in count.items()]


def main(crate: Path) -> int:
    """Validate a crate against every profile; return the exit status."""
    status = 0
    with tempfile.TemporaryDirectory() as name:
        cache = cached(Path(name))
        for profile in PROFILES:
            found = issues(crate, profile, cache)
            required = [issue for issue in found if issue.severity.name == "REQUIRED"]
            advised = [issue for issue in found if issue.severity.name != "REQUIRED"]
            print(
                f"{profile}: {'not valid' if required else 'valid'}; {len(advised)} recommendations are not followed"
            )
            for line in told(advised):
                reason = next((why for part, why in LEFT.items() if part in line), "no reason is stored")
                print(f"  recommended: {line}: {reason}")
            for line in told(required):
                print(f"profiles: {crate}, {profile}: {line}", file=sys.stderr)
                status = 2
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
