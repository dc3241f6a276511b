// The archive at a destination, by the protocol of its address.

import { DicomWeb } from "./dicom-web"
import type { Archive } from "./destination"
import { DimseArchive } from "./dimse"
import type { Destination } from "./send-settings"

export function openArchive(destination: Destination): Archive {
    return destination.address.kind === "web"
        ? new DicomWeb(destination)
        : new DimseArchive(destination)
}
