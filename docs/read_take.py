"""Reads the evidence of a LiveCam take (docs/take-format.md): python3 read_take.py take.evidence"""
import json, struct, sys, zlib
import numpy as np


def records(data):
    """(kind, payload) of every whole record; what is damaged is passed over."""
    at = 8
    while at + 12 <= len(data):
        length = struct.unpack_from("<I", data, at + 4)[0]
        end = at + 8 + length
        if data[at:at + 2] == b"RC" and end + 4 <= len(data) and zlib.crc32(data[at + 2:end]) == struct.unpack_from("<I", data, end)[0]:
            yield chr(data[at + 2]), data[at + 8:end]
            at = end + 4
        else:
            at = data.find(b"RC", at + 1) if data.find(b"RC", at + 1) > 0 else len(data)


def evidence(p):
    """One 'E' record: what was found in a frame, with a float32 map [H,W] for each class."""
    sequence, time, context, *region = struct.unpack_from("<qdi4f", p, 0)
    width, height, tops, targets, count, encoding, size = struct.unpack_from("<HHBBBBi", p, 36)
    top = [struct.unpack_from("<iff", p, 48 + 12 * i) for i in range(tops)]
    heads = 48 + 12 * tops
    block = p[heads + 32 * count:heads + 32 * count + size]
    block, at, maps = zlib.decompress(block) if encoding & 128 else block, 0, []
    for i in range(count):
        label, logit, probability, against, _, _, maximum, state = struct.unpack_from("<iffifffi", p, heads + 32 * i)
        values = np.zeros((height, width), np.float32)
        if state == 0:
            kind, scale = (np.dtype("<f2"), np.float32(maximum)) if encoding & 127 == 2 else (np.dtype("u1"), np.float32(maximum) / np.float32(255))
            values = np.frombuffer(block, kind, width * height, at).reshape(height, width).astype(np.float32) * scale
            at += kind.itemsize * width * height
        maps.append((label, against, logit, probability, state, maximum, values))
    return dict(sequence=sequence, time=time, context=context, region=region, top=top, targets=targets, maps=maps)


def read(path):
    data = open(path, "rb").read()
    assert data[:8] == b"LCTAKE1\n", "no evidence of a take"
    return [(kind, evidence(p) if kind == "E" else struct.unpack("<qqdi", p) if kind == "P" else json.loads(p)) for kind, p in records(data)]


if __name__ == "__main__":
    for kind, record in read(sys.argv[1]):
        print(kind, {**record, "maps": [(m[0], round(m[3], 3), m[6].shape, float(m[6].max())) for m in record["maps"]]} if kind == "E" else record)
