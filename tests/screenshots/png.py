# SPDX-License-Identifier: MIT
"""Makes the PNG files of a browser small: a page has few colours, one byte for a pixel is enough.

The commonest 256 colours stay as they are, every other becomes the nearest of them."""
import collections
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXEL_BYTES = {2: 3, 6: 4}  # by the colour type: RGB, RGB with transparency
PALETTE_TYPE = 3


def chunks(data):
    at = len(SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + 8 + length]
        at += 12 + length


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def paeth(left, above, corner):
    guess = left + above - corner
    distances = abs(guess - left), abs(guess - above), abs(guess - corner)
    return (left, above, corner)[distances.index(min(distances))]


def unfilter(kind, row, above, step):
    """Undoes the filter of one row in place, PNG specification 9.2."""
    for at in range(len(row)) if kind else ():
        left = row[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        predicted = (0, left, above[at], (left + above[at]) // 2, paeth(left, above[at], corner))[kind]
        row[at] = (row[at] + predicted) & 255
    return row


def pixels(data):
    """The width and the rows of a picture, each a list of (red, green, blue)."""
    parts = list(chunks(data))
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if depth != 8 or colour not in PIXEL_BYTES or interlaced:
        raise ValueError(f"a PNG of depth {depth}, colour type {colour}, interlaced {interlaced}")
    step = PIXEL_BYTES[colour]
    size = width * step
    raw = zlib.decompress(b"".join(content for kind, content in parts if kind == b"IDAT"))
    rows, above = [], bytes(size)
    for start in range(0, height * (size + 1), size + 1):
        above = unfilter(raw[start], bytearray(raw[start + 1:start + 1 + size]), above, step)
        rows.append(list(zip(above[0::step], above[1::step], above[2::step])))
    return width, rows


def nearest(colour, palette):
    return min(range(len(palette)),
               key=lambda index: sum((one - other) ** 2 for one, other in zip(colour, palette[index])))


def small(data):
    """The same picture with one byte for a pixel."""
    width, rows = pixels(data)
    counts = collections.Counter(pixel for row in rows for pixel in row)
    palette = [colour for colour, _ in counts.most_common(256)]
    number = {colour: nearest(colour, palette) for colour in counts}
    packed = b"".join(b"\0" + bytes(number[pixel] for pixel in row) for row in rows)
    head = struct.pack(">IIBBBBB", width, len(rows), 8, PALETTE_TYPE, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", head) + chunk(b"PLTE", bytes(value for colour in palette for value in colour)) + \
        chunk(b"IDAT", zlib.compress(packed, 9)) + chunk(b"IEND", b"")
