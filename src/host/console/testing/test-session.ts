// An open run with results of a small pullback, for tests of the console.

import type { RunSummary } from "../../results/summary"
import { NO_SITE } from "../../runs/run-about"
import { reviewedRun } from "../review-headline"
import { RunLibrary } from "../run/run-library"
import { RunSession, type SessionOptions } from "../run/run-session"
import type { Station } from "../station"
import { testResults } from "./test-results"

/** @param folder where changes are written; undefined: nothing can be changed */
export function testSession(
    folder?: string,
    changes: Partial<SessionOptions> = {},
    results = testResults()
): RunSession {
    const { borders, vesselBorders, measures } = results
    return new RunSession({
        ...{ id: "first", folder, by: "tester", dateMs: () => Date.UTC(2026, 10, 30) },
        results: { ...results, automatic: { borders, vesselBorders, measures } },
        run: reviewedRun({ dateMs: 0, site: { ...NO_SITE, label: "first" } }, "test board"),
        written: Promise.resolve(undefined as RunSummary | undefined),
        close: () => Promise.resolve(),
        ...changes,
    })
}

/** A server's station with one run. */
export function testStation(session: RunSession, live?: Station["live"]): Station {
    const runs = new RunLibrary({ parent: undefined, choice: {}, report: () => undefined })
    runs.add(session)
    return { runs, live, start: live ? "live" : `run/${session.id}` }
}
