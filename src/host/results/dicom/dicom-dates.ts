// The attributes of pullback.dcm that hold the date of a run, in the zone of this computer.

import { stampOf } from "../../clock"
import type { DicomAttributes } from "./dicom-common"

/**
 * The run is one acquisition: series, acquisition and content have the date on which it began. The study has that of its first run, written
 * alike in all its objects.
 * @param dateMs of the run, ms since 1970 UTC
 * @param studyDateMs of the first run of the study
 */
export function dateAttributes(dateMs: number, studyDateMs = dateMs): DicomAttributes {
    const study = partsOf(studyDateMs)
    const { da, tm, ms, zone } = partsOf(dateMs)
    return {
        ...{ StudyDate: study.da, SeriesDate: da, AcquisitionDate: da, ContentDate: da },
        ...{ StudyTime: study.tm, SeriesTime: tm, AcquisitionTime: tm, ContentTime: tm },
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
