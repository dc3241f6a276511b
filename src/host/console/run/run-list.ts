// The rows of the runs page, from the records of the runs.

import { basename } from "node:path"
import { logText } from "../../log/log-text"
import type { ListedRun } from "../../runs/list-runs"
import { NO_SITE } from "../../runs/run-about"
import type { RunRecord } from "../../runs/run-record"
import { runningWriter } from "../../runs/running-writer"
import { headlineOf } from "../review-headline"
import type { RunListItem } from "./run-json"
import type { RunSession } from "./run-session"

const REPORT = "report.html"

export function listItem(
    { folder, name, record, problem }: ListedRun,
    isOpen: boolean
): RunListItem {
    const none = { mla_mm2: null, area_stenosis_percent: null }
    const measured = record?.measurements ?? none
    return {
        ...{ id: name, folder: logText(folder), isOpen, problem: problem ?? null },
        ...{ title: record ? titleOf(name, record) : logText(name), date: record?.date ?? null },
        ...{ catheter: record?.catheter ?? null, study: record?.study ?? null },
        patient: record?.patient ?? { id: null, name: null },
        site: record?.site ?? NO_SITE,
        ...{ verdict: record?.verdict ?? null, verdictReason: record?.verdict_reason ?? null },
        ...{ lengthMm: record?.length_mm ?? null, frames: record?.frames ?? null },
        linesMissing: record?.lines_missing ?? null,
        ...{ mlaMm2: measured.mla_mm2, areaStenosisPercent: measured.area_stenosis_percent },
        framesAccepted: record?.measurements.frames_accepted ?? null,
        replayOf: record?.replay_of ?? null,
        hasThumbnail: record !== undefined && thumbnailOf(record) !== undefined,
        hasReport: record?.files.includes(REPORT) ?? false,
        isReceiving: record !== undefined && runningWriter(folder, record.writer) !== undefined,
    }
}

function titleOf(name: string, { site, date, catheter, replay_of }: RunRecord): string {
    const run = { where: name, date, site, replayOf: replay_of }
    return logText(headlineOf(run, catheter, null).title)
}

/** A run that is shown but stands in no list, such as one that has just been received. */
export function sessionItem(session: RunSession): RunListItem {
    const { headline, site, segment, verdictReason } = session.content()
    const { results, id, folder } = session
    return {
        ...{
            id,
            folder: folder === undefined ? null : logText(folder),
            isOpen: true,
            problem: null,
        },
        ...{ title: headline.title, date: session.date, catheter: results.description.catheter },
        ...{ study: null, patient: { id: null, name: null }, site },
        ...{ verdict: headline.verdict, verdictReason, lengthMm: null },
        ...{ frames: results.frames.length, linesMissing: null },
        mlaMm2: segment.mla?.areaMm2 ?? null,
        areaStenosisPercent: segment.areaStenosisPercent,
        framesAccepted: segment.framesAccepted,
        ...{ replayOf: null, hasThumbnail: false, hasReport: false, isReceiving: false },
    }
}

/** The file with the cross-section of the minimum lumen area, or of the middle of the run. */
export function thumbnailOf({ files, measurements }: RunRecord): string | undefined {
    const pictures = files.filter(name => /^(cross-section|depth-lines)-\d+\.png$/.test(name))
    return pictures[measurements.mla_frame ?? pictures.length >> 1] ?? pictures[0]
}

/** The id of a run in a folder. */
export function idOf(folder: string): string {
    return basename(folder)
}
