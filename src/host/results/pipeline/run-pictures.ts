// The files of a run that hold pictures, once all frames are there.

import { isDiskError } from "../../disk-reason"
import type { GreyImage } from "../../picture/picture"
import type { ReceivedRun } from "../../run/run-target"
import { dicomAttributes } from "../dicom/dicom-attributes"
import type { DicomAbout, DicomReference } from "../dicom/dicom-common"
import { longitudinalAttributes } from "../dicom/longitudinal-attributes"
import { singlePicture } from "../dicom/single-picture"
import { pictureSize } from "../picture-frames"
import type { ReportArtist } from "../report/write-report"
import type { RunResults } from "../run-results"
import { verdictOf } from "../verdict"
import type { ImageStage } from "./image-stage"
import type { PipelineFolder } from "./pipeline-folder"
import { dicomHeadIn, type TaskPool, USUAL } from "./task-pool"
import type { TaskName, Tasks } from "./tasks"

/** What refers to pullback.dcm, or why there is none; the other one is null. */
export interface RunPictures {
    readonly pullback: DicomReference | null
    readonly note: string | null
}

/** Waits for all pictures, and writes the longitudinal view. */
export async function finishPictures(
    stage: ImageStage,
    run: ReceivedRun,
    about: DicomAbout,
    results: RunResults
): Promise<RunPictures> {
    const { folder, marks, description } = stage.options
    if (!folder) return { pullback: null, note: null }
    const view = drawLongitudinal(stage, folder)
    const { geometry, fixedDirection } = results
    const size = pictureSize(geometry, fixedDirection)
    const pullback = await stage.pictures.finish(
        () => dicomAttributes(run, about, results, size),
        () => ({
            ...{ catheter: description.catheter, ...verdictOf(run), size },
            positionsMm: marks.map(mark => mark.positionMm),
        })
    )
    const picture = await view
    if (picture) {
        const attributes = longitudinalAttributes(run, about, results, picture, pullback)
        const head = dicomHeadIn(stage.pool)
        folder.write("longitudinal.dcm", await singlePicture(attributes, picture.greys, head))
    }
    if (stage.failure) throw stage.failure
    return { pullback, note: stage.pictures.note }
}

/** @returns undefined if there is none */
async function drawLongitudinal(
    stage: ImageStage,
    folder: PipelineFolder
): Promise<GreyImage | undefined> {
    const { marks: places, description } = stage.options
    const { window_end_nm, window_start_nm } = description
    const lengthMm = (window_end_nm - window_start_nm) / 1e6
    const name = "longitudinal.png"
    const path = folder.pathOf(name)
    try {
        const picture = await stage.pool.do("longitudinal", { places, lengthMm, path }, USUAL)
        folder.wrote(name)
        return picture
    } catch (error) {
        if (isDiskError(error)) folder.failed(name, error)
        else stage.onError(error)
        return undefined
    }
}

/** Draws for a report: in the threads, or here when they have ended. */
export function artistOf({ pool, options }: ImageStage): ReportArtist {
    const made = taskAnywhere(pool)
    return {
        chart: chart => made("alongChart", chart),
        picture: i => made("picturePng", { i }),
        longitudinal: (lengthMm, pxPerMm) =>
            made("longitudinalPng", { places: options.marks, lengthMm, pxPerMm }),
    }
}

function taskAnywhere(
    pool: TaskPool
): <K extends TaskName>(name: K, given: Tasks[K]["given"]) => Promise<Tasks[K]["made"]> {
    return async (name, given) =>
        pool.hasEnded ? pool.doHere(name, given) : pool.do(name, given, USUAL)
}
