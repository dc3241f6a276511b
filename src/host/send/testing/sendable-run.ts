// A finished run with small DICOM files, and time that passes only when it is waited for, for the tests of `ivus send`.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { wholeDicom } from "../../results/dicom/testing/dicom-test-run"
import { readRecord } from "../../runs/record-schema"
import { NO_PATIENT, NO_SITE, type RunAbout } from "../../runs/run-about"
import { bareRecord, recordText, type SentObject } from "../../runs/run-record"
import type { Clock } from "../back-off"

const ABOUT = {
    ...{ dateMs: Date.UTC(2026, 10, 30, 10, 39, 17), patient: NO_PATIENT, study: null },
    ...{ site: NO_SITE, target: "virtual", seed: 1, asked: { target: "virtual" } },
} as unknown as RunAbout

export class SendableRun {
    readonly folder = mkdtempSync(join(tmpdir(), "ivus-send-"))

    /** @param names of its files, each with a UID of its own */
    static async make(...names: string[]): Promise<SendableRun> {
        const run = new SendableRun()
        const bare = { verdict: "complete", verdictReason: null, catheter: "array-20mhz" } as const
        const record = bareRecord(bare, { about: ABOUT, hello: undefined, files: names })
        writeFileSync(join(run.folder, "run.json"), recordText(record))
        for (const [i, name] of names.entries()) await run.write(name, i)
        return run
    }

    async write(name: string, processing: number): Promise<void> {
        writeFileSync(this.path(name), await wholeDicom({ processing }))
    }

    path(name: string): string {
        return join(this.folder, name)
    }

    get sent(): readonly SentObject[] {
        return readRecord(this.folder).sent ?? []
    }

    /** What the record says of each file. */
    get outcomes(): Record<string, string> {
        return Object.fromEntries(this.sent.map(({ object, outcome }) => [object, outcome]))
    }

    /** The text of the record. */
    get text(): string {
        return readFileSync(this.path("run.json"), "utf8")
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true })
    }
}

export class TestClock implements Clock {
    ms = Date.UTC(2026, 10, 30)
    readonly waits: number[] = []

    nowMs(): number {
        return this.ms
    }

    async wait(ms: number, signal: AbortSignal): Promise<void> {
        signal.throwIfAborted()
        this.waits.push(ms)
        this.ms += ms
        await Promise.resolve()
    }
}
