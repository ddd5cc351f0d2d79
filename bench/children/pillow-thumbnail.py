"""Makes the thumbnail of each file that standard input names: pillow-thumbnail.py <draft or plain> <side> <quality>."""
import base64
import io
import json
import sys
import time

from PIL import Image, ImageOps

way, side, quality = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def thumbnail(path):
    with open(path, "rb") as file:
        data = file.read()
    image = Image.open(io.BytesIO(data))
    image.getexif()
    if way == "draft":
        # As much of libjpeg's own scaling as leaves twice the size, for the resampling to work on.
        image.draft("RGB", (2 * side, 2 * side))
    image = ImageOps.exif_transpose(image)
    image = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


for line in sys.stdin:
    cpu, wall = time.process_time(), time.perf_counter()
    output = thumbnail(line.rstrip("\n"))
    times = {"cpu": (time.process_time() - cpu) * 1000, "wall": (time.perf_counter() - wall) * 1000}
    print(json.dumps({**times, "output": base64.b64encode(output).decode()}), flush=True)
