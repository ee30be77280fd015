"""The seal of an exported file: a digest of its own bytes, written into its record.

A file whose seal holds is as it was exported, whatever another machine computes. Whoever edits a file can seal it again:
a seal tells harm and accident from another machine's digits, it does not tell who wrote a file.
"""

import re
import struct
import zlib

NAME = "content"  # in a record: the sha256 of the file with a blank seal
BLANK = "0" * 64
SEAL = rb"(?<=content=)[0-9a-f]{64}"
WIDE = rb"(?<=\0c\0o\0n\0t\0e\0n\0t\0=)(?:\0[0-9a-f]){64}"  # in UTF-16, as PDF writes what is not ASCII
PNG = b"\x89PNG\r\n\x1a\n"


def sealed(content: bytes, seal: str) -> bytes:
    """Return the bytes of a file with another seal in the place of its own; they are as many as before.

    Examples
    --------
    >>> sealed(b"<!-- a content=" + b"1" * 64 + b" -->", BLANK).count(b"0")
    64
    """
    plain = seal.encode()
    content = re.sub(SEAL, plain, content, count=1)
    content = re.sub(WIDE, b"".join(b"\0%c" % digit for digit in plain), content, count=1)
    return _with_checksums(content) if content.startswith(PNG) else content


def _with_checksums(png: bytes) -> bytes:
    """Return a PNG picture with the checksums of its texts computed anew."""
    at, whole = len(PNG), bytearray(png)
    while at + 12 <= len(png):
        end = at + 8 + struct.unpack_from(">I", png, at)[0]
        if png[at + 4 : at + 8] in (b"tEXt", b"iTXt") and end + 4 <= len(png):
            struct.pack_into(">I", whole, end, zlib.crc32(png[at + 4 : end]))
        at = end + 4
    return bytes(whole)
