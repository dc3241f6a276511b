// Borders and measures of a whole run: found, then with the flags that follow from all frames and with the edits of a person.

import type { Description } from "../../../shared/protocol/messages"
import { UsageError } from "../../errors"
import type { FrameMark } from "../../frames/assembled-frame"
import { inSteps } from "../../in-steps"
import { branchSteps } from "../../measure/branches"
import { editSteps, type FrameBordersAndMeasures } from "../../measure/edited-measures"
import { type Edits, NO_EDITS } from "../../measure/edits"
import { editsDefect } from "../../measure/edits-check"
import { runFlagSteps } from "../../measure/frame-measures"
import { segmentSteps } from "../../measure/segment-measures"
import { depthMm, type ImagingGeometry } from "../../picture/picture"
import { modeOf } from "../summary"
import type { BorderMaker } from "./border-maker"

/** What borders and measures of all frames follow from. */
export interface BorderedRun {
    readonly description: Description
    readonly geometry: ImagingGeometry
    readonly marks: readonly FrameMark[]
    readonly edits: Edits
}

export interface RunBorders extends FrameBordersAndMeasures {
    /** Without the edits. */
    readonly automatic: FrameBordersAndMeasures
}

/**
 * @param onProvisional gets borders of all frames that are not final, if the final ones take longer
 * @throws UsageError for edits that cannot be used
 */
export async function bordersOfRun(
    maker: BorderMaker,
    run: BorderedRun,
    onProvisional: (borders: FrameBordersAndMeasures) => void
): Promise<RunBorders> {
    const { description, marks, edits } = run
    const positionsMm = marks.map(mark => mark.positionMm)
    const found = await maker.finish(positionsMm, onProvisional)
    const branches = await inSteps(branchSteps(found.borders, positionsMm))
    const { lines_per_frame: lines } = description
    const presentShares = marks.map(({ linesPresent }) => linesPresent / lines)
    const measures = await inSteps(runFlagSteps(found.measures, { branches, presentShares }))
    const automatic = { ...found, measures }
    const indices = marks.map(({ index }) => index)
    if (edits.borders.length + edits.references.length + edits.accepted.length > 0)
        await checkEdits(automatic, indices, run)
    return { automatic, ...(await inSteps(editSteps(automatic, indices, edits))) }
}

/** @throws UsageError */
async function checkEdits(
    { borders, measures }: FrameBordersAndMeasures,
    indices: readonly number[],
    { description, geometry, marks, edits }: BorderedRun
): Promise<void> {
    const positionsMm = marks.map(({ positionMm }) => positionMm)
    const timesMs = marks.map(({ timeMs }) => timeMs)
    const mode = modeOf(description)
    const { lesion, lesions } = await inSteps(
        segmentSteps({ positionsMm, timesMs, measures, mode, edits: NO_EDITS })
    )
    const run = { borders, indices, positionsMm, lesion, lesions }
    const defect = editsDefect(edits, { ...run, depthMm: depthMm(geometry) })
    if (defect !== undefined) throw new UsageError(defect)
}
