// Writes all result files of a run to its folder, and returns the summary.

import { dateMs } from "../clock"
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
import { allFrames } from "../frames/frame-source"
import type { Progress, ReceivedRun } from "../run/run-target"
import { type DicomAbout, dicomAttributes } from "./dicom/dicom-attributes"
import { DicomStream } from "./dicom/dicom-stream"
import { encodeJpegLs } from "./dicom/jpeg-ls"
import { aboutNothing } from "../runs/run-about"
import { depthPicture } from "./picture-frames"
import { yieldToEventLoop, resultsOf, type RunResults } from "./run-results"
import { type RunSummary, summarize } from "./summary"
import { timingPage } from "./timing/timing-page"
import { timingReport } from "./timing/timing-report"
import { failedSeries } from "./timing/timing-series"

/** Where the files are written. */
export interface ResultFiles {
    write(name: string, content: Uint8Array | string): void
    /** Where a file can be written by its maker, who then calls {@link wrote}. */
    pathOf(name: string): string
    wrote(name: string): void
}

/** After this number of pictures the progress is reported and other events can run. */
const FRAMES_PER_YIELD = 8
/** Maximum number of pictures in compression while the next one is made. */
const PICTURES_IN_PROGRESS = 4

/**
 * Writes all results of a run except its capture, which was written on reception.
 * @param made the results, if they have been computed already
 * @throws RunError when there is no frame at speed
 */
export async function writeResults(
    run: ReceivedRun,
    out: ResultFiles,
    progress: Progress,
    made?: RunResults,
    about: DicomAbout = aboutNothing(dateMs(), "")
): Promise<RunSummary> {
    const results = made ?? (await resultsOf(run, progress))
    const { description, geometry, measures, fixedDirection } = results
    const frames = allFrames(results.frames)
    const { ringDown } = results

    const mapper = greyMapper(geometry, ringDown)
    await yieldToEventLoop()
    const converter = scanConverter(geometry)
    await yieldToEventLoop()
    const digits = Math.max(4, String(frames.at(-1)!.index).length)
    const inProgress: Promise<void>[] = []
    const picture = async (name: string, image: GreyImage): Promise<void> =>
        out.write(name, await encodePng(image))
    const dicom = new DicomStream(out.pathOf("pullback.dcm"))
    let size: GreyImage | undefined
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
            dicom.append(await encodeJpegLs(image))
            size = image
            const number = String(frame.index).padStart(digits, "0")
            const name = fixedDirection ? "depth-lines" : "cross-section"
            inProgress.push(picture(`${name}-${number}.png`, image))
            if (inProgress.length > PICTURES_IN_PROGRESS) await inProgress.shift()
        }
        await dicom.end(dicomAttributes(run, about, results, size!))
        out.wrote("pullback.dcm")
        const lengthMm = (description.window_end_nm - description.window_start_nm) / 1e6
        const view = longitudinalView(frames, mapper, geometry, {
            lengthMm,
            fixedDirection,
        })
        inProgress.push(picture("longitudinal.png", view))
    } finally {
        dicom.close()
        const written = await Promise.allSettled(inProgress)
        for (const one of written) if (one.status === "rejected") throw one.reason as Error
    }
    out.write("measurements.csv", measurementsCsv(frames, measures))
    const timing = timingReport(run)
    const series = failedSeries(run, timing)
    const timingJson = { ...timing, series: series.map(s => `timing${s.ending}`) }
    out.write("timing.json", JSON.stringify(timingJson, undefined, 4) + "\n")
    for (const { ending, content } of series) out.write(`timing${ending}`, content)
    out.write("timing.html", timingPage(run, timing))
    const summary = summarizeRun(run, results, null, timing)
    out.write("run.json", JSON.stringify(summary, undefined, 4) + "\n")
    progress(1, "done")
    return summary
}

/** @param dicomNote why there is no pullback.dcm; null if there is one */
export function summarizeRun(
    run: ReceivedRun,
    { description, frames: source, geometry, measures, ringDownUse }: RunResults,
    dicomNote: string | null,
    timing = timingReport(run)
): RunSummary {
    const frames = allFrames(source)
    // Only rotational catheters.
    const rotation = catheterNamed(description.catheter, run.spec)?.rotor_sign
        ? rotationUnevenness(frames, geometry)
        : undefined
    return summarize(run, measures, timing, rotation, ringDownUse, dicomNote)
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
