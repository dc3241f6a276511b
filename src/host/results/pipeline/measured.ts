// Puts together what was measured in a run, for its reports.

import { setImmediate as yieldToEventLoop } from "node:timers/promises"
import { PROTOCOL_VERSION } from "../../../shared/protocol/burst"
import { PROGRAM_VERSION, versionText } from "../../../shared/versions"
import { inSteps } from "../../in-steps"
import { boardIdOf } from "../../link/host-identity"
import type { Edits } from "../../measure/edits"
import { segmentSteps } from "../../measure/segment-measures"
import type { ReceivedRun } from "../../run/run-target"
import type { RunAbout } from "../../runs/run-about"
import type { MeasuredRun } from "../measured-run"
import type { RunResults } from "../run-results"
import { modeOf, summarize } from "../summary"
import type { TimingReport } from "../timing/timing-report"

export interface MeasuredWith {
    readonly edits: Edits
    readonly about: RunAbout
    readonly timing: TimingReport
}

/**
 * Other events run between its steps, of which each takes some tens of ms for the longest runs.
 * @param results with the edits in them
 */
export async function measuredRun(
    run: ReceivedRun,
    results: RunResults,
    { edits, about, timing }: MeasuredWith
): Promise<MeasuredRun> {
    const { measures, description } = results
    const { marks } = results.frames
    const segment = await inSteps(
        segmentSteps({
            positionsMm: marks.map(({ positionMm }) => positionMm),
            timesMs: marks.map(({ timeMs }) => timeMs),
            ...{ measures, mode: modeOf(description), edits },
        })
    )
    await yieldToEventLoop()
    const { hello } = run.receiver
    return {
        ...{ results, measures, segment, edits, about },
        summary: summarize(run, { ...results, segment }, timing, null),
        provenance: {
            host: versionText(PROGRAM_VERSION),
            firmware: hello ? versionText(hello.firmware_version) : null,
            protocol: PROTOCOL_VERSION,
            cart: hello ? boardIdOf(hello) : null,
            dataHash: Buffer.from(results.dataHash).toString("hex"),
        },
    }
}
