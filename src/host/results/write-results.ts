// Responsible for: from a received run to all files of the out folder, and the figures of the summary.
// Not for: how pictures, borders and measures are made (../picture).

import type { LumenMeasures } from "../measure/lumen-measures"
import {
    encodePng,
    type GreyImage,
    greyMapper,
    longitudinalView,
    rotationUnevenness,
    scanConverter,
    type PolarFrame,
} from "../picture/picture"
import { catheterNamed } from "../sequence/catheter-spec"
import type { Progress, ReceivedRun } from "../run/run-target"
import { dicomAttributes } from "./dicom/dicom-attributes"
import { type DicomFile, dicomFile } from "./dicom/dicom-file"
import { depthPicture } from "./picture-frames"
import type { OutFolder } from "../runs/out-folder"
import { yieldToEventLoop, resultsOf, type RunResults } from "./run-results"
import { type RunSummary, summarize } from "./summary"
import { timingPage } from "./timing/timing-page"
import { timingReport } from "./timing/timing-report"
import { failedSeries } from "./timing/timing-series"

/** Pictures between two looks of the progress bar and of everybody else on the event loop. */
const FRAMES_PER_YIELD = 8
/** Pictures that are being compressed beside the next one's making. */
const PICTURES_AHEAD = 4

/**
 * Writes all results of a run but its capture, which was written as it came.
 * @param made what its pictures are made of, where that is known already
 * @throws RunError when there is no frame at speed to make a picture of
 */
export async function writeResults(
    run: ReceivedRun,
    out: OutFolder,
    progress: Progress,
    made?: RunResults
): Promise<RunSummary> {
    const results = made ?? (await resultsOf(run, progress))
    const { description, frames, geometry, measures, fixedDirection } = results
    const { ringDown, ringDownUse } = results

    const mapper = greyMapper(geometry, ringDown)
    const converter = scanConverter(geometry)
    const digits = Math.max(4, String(frames.at(-1)!.index).length)
    const ahead: Promise<void>[] = []
    const picture = async (name: string, image: GreyImage): Promise<void> =>
        out.write(name, await encodePng(image))
    let dicom: DicomFile | undefined
    try {
        for (const [i, frame] of frames.entries()) {
            if (i % FRAMES_PER_YIELD === 0) {
                progress(i / frames.length, "writing pictures")
                await yieldToEventLoop()
            }
            const greys = mapper.frame(frame.codes)
            const image = fixedDirection
                ? depthPicture(greys, frame.present, geometry)
                : converter.convert(greys, frame.present)
            dicom ??= await dicomFile(
                await dicomAttributes(run, results, image),
                frames.length * image.greys.length,
                () => out.stream("pullback.dcm")
            )
            dicom.add(image.greys)
            const number = String(frame.index).padStart(digits, "0")
            const name = fixedDirection ? "depth-lines" : "cross-section"
            ahead.push(picture(`${name}-${number}.png`, image))
            if (ahead.length > PICTURES_AHEAD) await ahead.shift()
        }
        dicom!.end()
        const lengthMm = (description.window_end_nm - description.window_start_nm) / 1e6
        const view = longitudinalView(frames, mapper, geometry, {
            lengthMm,
            fixedDirection,
        })
        ahead.push(picture("longitudinal.png", view))
    } finally {
        const written = await Promise.allSettled(ahead)
        for (const one of written) if (one.status === "rejected") throw one.reason as Error
    }
    out.write("measurements.csv", measurementsCsv(frames, measures))
    const timing = timingReport(run)
    const series = failedSeries(run, timing)
    const told = { ...timing, series: series.map(s => `timing${s.ending}`) }
    out.write("timing.json", JSON.stringify(told, undefined, 4) + "\n")
    for (const { ending, content } of series) out.write(`timing${ending}`, content)
    out.write("timing.html", timingPage(run, timing))
    progress(1, "done")
    // Only a catheter that turns can turn unevenly.
    const rotation = catheterNamed(description.catheter, run.spec)?.rotor_sign
        ? rotationUnevenness(frames, geometry)
        : undefined
    return summarize(run, measures, timing, rotation, ringDownUse, dicom!.note)
}

function measurementsCsv(
    frames: readonly PolarFrame[],
    measures: readonly (LumenMeasures | null)[]
): string {
    const rows = frames.map((frame, i) => {
        const m = measures[i]
        return [
            frame.index,
            frame.timeMs.toFixed(3),
            frame.positionMm.toFixed(4),
            m?.areaMm2.toFixed(3) ?? "",
            m?.minDiameterMm.toFixed(3) ?? "",
            m?.maxDiameterMm.toFixed(3) ?? "",
        ].join(",")
    })
    const header = "frame,time_ms,position_mm,lumen_area_mm2,min_diameter_mm,max_diameter_mm"
    return [header, ...rows].join("\n") + "\n"
}
