# Prints what pydicom reads from a DICOM file as JSON: tags, the region, a SHA-256 of each frame.
import hashlib
import json
import sys

import pydicom

data = pydicom.dcmread(sys.argv[1])
tags = {
    element.keyword: element.repval if element.VM > 1 else str(element.value)
    for element in data
    if element.VR not in ("SQ", "OB")
}
region = {
    element.keyword: element.value
    for element in data.SequenceOfUltrasoundRegions[0]
}
size = data.Rows * data.Columns
frames = [
    hashlib.sha256(data.PixelData[i * size : (i + 1) * size]).hexdigest()
    for i in range(int(data.NumberOfFrames))
]
times = [float(step) for step in data.get("FrameTimeVector", [])] if len(frames) > 1 else []
print(json.dumps({
    "version": pydicom.__version__,
    "syntax": str(data.file_meta.TransferSyntaxUID),
    "tags": tags,
    "region": region,
    "spacing": [float(mm) for mm in data.get("PixelSpacing", [])],
    "times": times,
    "frames": frames,
    "padding": len(data.PixelData) - size * len(frames),
}))
