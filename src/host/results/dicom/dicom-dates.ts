// The attributes of pullback.dcm that hold the date of a run, in the zone of this computer.

import { stampOf } from "../../clock"
import type { DicomAttributes } from "./dicom-common"

/**
 * The run is one acquisition: study, series, acquisition and content have the date on which it began.
 * @param dateMs of the run, ms since 1970 UTC
 */
export function dateAttributes(dateMs: number): DicomAttributes {
    const { da, tm, ms, zone } = partsOf(dateMs)
    return {
        ...{ StudyDate: da, SeriesDate: da, AcquisitionDate: da, ContentDate: da },
        ...{ StudyTime: tm, SeriesTime: tm, AcquisitionTime: tm, ContentTime: tm },
        AcquisitionDateTime: `${da}${tm}.${ms}`,
        TimezoneOffsetFromUTC: zone,
        // Viewers sort the series of a study by it: hours, minutes and seconds.
        SeriesNumber: String(Number(tm)),
    }
}

/** Names a study that was given no name: 20261130103917. */
export function dateIdOf(dateMs: number): string {
    const { da, tm } = partsOf(dateMs)
    return da + tm
}

function partsOf(dateMs: number): { da: string; tm: string; ms: string; zone: string } {
    // 2026-11-30T10:39:17.123+01:00
    const stamp = stampOf(dateMs).replace(/[-:](?=\d\d)/g, "")
    const zone = stampOf(dateMs).slice(23).replace(":", "")
    return { da: stamp.slice(0, 8), tm: stamp.slice(9, 15), ms: stamp.slice(16, 19), zone }
}
