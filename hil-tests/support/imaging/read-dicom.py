# Prints what pydicom reads from a DICOM file as JSON: tags, the region, the fragments and, where it can decode them,
# a SHA-256 of each picture.
import base64
import hashlib
import json
import sys

import pydicom
import pydicom.encaps

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
fragments = list(
    pydicom.encaps.generate_pixel_data_frame(data.PixelData, int(data.NumberOfFrames))
)
# Another decoder than that of the project, where one is installed (python3-gdcm).
syntax = data.file_meta.TransferSyntaxUID
decoders = [
    handler
    for handler in pydicom.config.pixel_data_handlers
    if handler.is_available() and handler.supports_transfer_syntax(syntax)
]
decoded = None
if decoders:
    pictures = data.pixel_array.reshape(len(fragments), -1)
    decoded = [hashlib.sha256(picture.tobytes()).hexdigest() for picture in pictures]
times = [float(step) for step in data.get("FrameTimeVector", [])] if len(fragments) > 1 else []
print(json.dumps({
    "version": pydicom.__version__,
    "syntax": str(syntax),
    "tags": tags,
    "region": region,
    "spacing": [float(mm) for mm in data.get("PixelSpacing", [])],
    "times": times,
    "fragments": [base64.b64encode(fragment).decode() for fragment in fragments],
    "decoded": decoded,
}))
