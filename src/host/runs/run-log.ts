// The log of one run: what was asked, the versions, what the cart reported, what was allowed and printed, and the verdict.

import { cartLog, helloText, hostText } from "../log/cart-log"
import { LogFile, type LogOptions } from "../log/log-file"
import type { RunSummary } from "../results/summary"
import type { Operator } from "../run/operator"
import type { RunReceiver } from "../run/run-receiver"

/** @param report says once that it cannot be written */
export function openRunLog(
    path: string,
    asked: string,
    report: (line: string) => void,
    options: LogOptions = {}
): RunLog {
    const log = new RunLog(new LogFile(path, report, options))
    log.file.write("asked", asked)
    log.file.write("host", hostText())
    return log
}

export class RunLog {
    readonly listener

    constructor(readonly file: LogFile) {
        this.listener = cartLog(file)
    }

    /** Names the cart of a run whose hello came before the log. */
    cart({ hello }: Pick<RunReceiver, "hello">): void {
        if (hello) this.file.write("cart", helloText(hello))
    }

    /** Says what the operator was asked, and the answer. */
    asked(operator: Operator): Operator {
        return (motion, go, refuse) => {
            operator(
                motion,
                () => {
                    this.file.write("asked", `${motion.kind}: allowed. ${motion.what}`)
                    go()
                },
                why => {
                    this.file.write("asked", `${motion.kind}: not allowed. ${why}`)
                    refuse(why)
                }
            )
        }
    }

    /** The figures that were not right have entries of their own; run.json has all. */
    verdict(s: RunSummary): void {
        const { lines, link } = s
        const faults = Object.entries(link).flatMap(([name, n]) => (n > 0 ? [`${name} ${n}`] : []))
        const reason = s.verdictReason === null ? "" : ` (${s.verdictReason})`
        for (const { name, verdict, value } of s.timing)
            if (verdict === "fail")
                this.file.write("warning", `${name} is ${value}: out of its limit`)
        if (faults.length > 0) this.file.write("warning", `link: ${faults.join(", ")}`)
        if (s.insecure) this.file.write("warning", "the link ran without a key")
        this.file.write(
            "verdict",
            `${s.verdict}${reason}: ${s.frames} frames, ${s.imagedMm} of ${s.lengthMm} mm, A-lines fired ${lines.fired ?? "unknown"}, received ${lines.received}, missing ${lines.missing}, damaged ${lines.damaged}; ${s.clean ? "nothing" : "something"} was out of its limits, missing or damaged`
        )
    }

    /** The run has no results. */
    failed(message: string): void {
        this.file.write("error", message)
        this.file.write("verdict", "failed, without results")
    }
}
