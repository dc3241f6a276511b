// A process of the campaign: runs the cases that it receives, and shrinks those that fail.

import type { Case } from "./case"
import { Carts } from "./carts"
import type { CaseResult } from "./run-case"
import type { ResultLine } from "./results-file"
import { shrink } from "./shrink"
import { traceOf } from "./trace"

export interface Task {
    readonly n: number
    readonly case: Case
    /** Bytecode of another firmware than the built one. */
    readonly program?: string
    /** Unsafe cases are left as they are. */
    readonly asDrawn?: boolean
}

const carts = new Carts()

function lineOf(n: number, { c, findings, disturbed, ms, recording }: CaseResult): ResultLine {
    return {
        ...{ n, case: c, disturbed, ms: Math.round(ms) },
        findings: findings.map(({ kind, atUs, text }) => ({
            ...{ kind, text, atMs: Math.round((atUs - recording.fromUs) / 1000) },
        })),
    }
}

export async function runTask({ n, case: c, program, asDrawn }: Task): Promise<ResultLine> {
    try {
        const result = await carts.run(c, program)
        const line = lineOf(n, result)
        const kind = result.findings[0]?.kind
        if (kind === undefined || asDrawn) return line
        const shrunk = await shrink(c, async candidate => {
            const { findings } = await carts.run(candidate, program)
            return findings.some(f => f.kind === kind)
        })
        const again = await carts.run(shrunk, program)
        return { ...line, shrunk, log: traceOf(again) }
    } catch (e) {
        const text = (e as Error).stack ?? String(e)
        return {
            ...{ n, case: c, disturbed: true, ms: 0 },
            findings: [{ kind: "exception", atMs: 0, text }],
        }
    }
}

if (process.send)
    process.on("message", (task: Task | "end") => {
        if (task === "end") {
            carts.stop()
            process.exit(0)
        }
        void runTask(task).then(line => process.send!(line))
    })
