# Scan conversion with OpenCV: remap.py FRAME LINES SIDE_PX DEPTH_MM SPACING_MM ROUNDS prints frames per second as JSON.

import json
import sys
import time

import cv2
import numpy as np

file, lines, side, depth, spacing, rounds = sys.argv[1:7]
lines, side, rounds = int(lines), int(side), int(rounds)
frame = np.fromfile(file, np.uint8).reshape(lines, -1)
# The first A-line stands behind the last one, too.
frame = np.vstack([frame, frame[:1]])
cv2.setNumThreads(1)
at = (np.arange(side) + 0.5 - side / 2) * 2 * float(depth) / side
x, y = np.meshgrid(at, at)
line = np.mod(np.arctan2(y, x) / (2 * np.pi), 1) * lines
maps = cv2.convertMaps(
    (np.hypot(x, y) / float(spacing)).astype(np.float32), line.astype(np.float32), cv2.CV_16SC2
)
best = 1e9
for _ in range(rounds):
    begun = time.perf_counter()
    picture = cv2.remap(frame, *maps, cv2.INTER_LINEAR, borderValue=0)
    best = min(best, time.perf_counter() - begun)
print(json.dumps({"perS": 1 / best, "meanGrey": float(picture.mean())}))
