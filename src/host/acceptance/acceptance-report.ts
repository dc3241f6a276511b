// What an acceptance of a cart has checked, from the JSON of the commands that did it.

import * as v from "valibot"
import { BACKLASH_MAX_NM } from "../../shared/motion/calibration"
import { SPEED_LIMIT_PERCENT } from "../calibration/calibration-page"

export interface AcceptanceCheck {
    readonly group: "cart" | "calibration" | "pullback"
    readonly name: string
    /** With its unit. */
    readonly value: string
    readonly limit: string
    readonly passed: boolean
}

export interface AcceptanceReport {
    readonly format: 1
    readonly notice: string
    /** ISO 8601, UTC. */
    readonly date: string
    readonly target: string
    /** 16 hex digits. */
    readonly board: string
    readonly versions: { readonly host: string; readonly firmware: string }
    /** Serial numbers that the engineer gave, by part. */
    readonly serials: Readonly<Record<string, string>>
    readonly insecure: boolean
    readonly checks: readonly AcceptanceCheck[]
    readonly passed: boolean
    /** What this acceptance does not check, with the reason. */
    readonly skipped: readonly string[]
}

/** Of `ivus doctor --json`. */
export const DOCTOR = v.object({
    board: v.string(),
    firmware: v.string(),
    insecure: v.boolean(),
    healthy: v.boolean(),
    wrong: v.array(v.object({ what: v.string(), todo: v.string() })),
})

/** Of `ivus calibrate --json`. */
export const CALIBRATION = v.object({
    after: v.object({
        backlashUm: v.number(),
    }),
    worstSpeedErrorPercent: v.number(),
})

/** Of `ivus pullback --json`. */
export const PULLBACK = v.object({
    verdict: v.string(),
    insecure: v.boolean(),
    lines: v.nullable(v.object({ received: v.number(), missing: v.number(), damaged: v.number() })),
})

/** Of the run's timing.json. */
export const TIMING = v.object({
    figures: v.array(
        v.object({
            name: v.string(),
            value: v.nullable(v.number()),
            unit: v.string(),
            limit: v.string(),
            verdict: v.picklist(["pass", "fail", "info", "skipped"]),
            note: v.string(),
        })
    ),
})

type Doctor = v.InferOutput<typeof DOCTOR>
type Calibration = v.InferOutput<typeof CALIBRATION>
type Pullback = v.InferOutput<typeof PULLBACK>
type Timing = v.InferOutput<typeof TIMING>

export function cartChecks({ wrong }: Doctor): AcceptanceCheck[] {
    return wrong.length === 0
        ? [check("cart", "self test, registers, supplies", "nothing wrong", "nothing wrong", true)]
        : wrong.map(({ what, todo }) =>
              check("cart", what, `wrong: ${todo}`, "nothing wrong", false)
          )
}

/** The limits of the requirement: ± 1 % over 100 ms, and the backlash that the firmware can compensate. */
export function calibrationChecks(found: Calibration): AcceptanceCheck[] {
    const { after, worstSpeedErrorPercent: worst } = found
    const backlashMaxUm = BACKLASH_MAX_NM / 1000
    return [
        check(
            ...(["calibration", "expected speed error over 100 ms at 0.25 mm/s"] as const),
            ...([`${worst.toFixed(2)} %`, `at most ${SPEED_LIMIT_PERCENT} %`] as const),
            worst <= SPEED_LIMIT_PERCENT
        ),
        check(
            ...(["calibration", "backlash"] as const),
            ...([`${after.backlashUm.toFixed(1)} um`, `at most ${backlashMaxUm} um`] as const),
            after.backlashUm <= backlashMaxUm
        ),
    ]
}

export function pullbackChecks(
    { verdict, lines }: Pullback,
    { figures }: Timing
): AcceptanceCheck[] {
    const of = (name: string, value: string, limit: string, passed: boolean): AcceptanceCheck =>
        check("pullback", name, value, limit, passed)
    const none = (name: string, count: number | undefined): AcceptanceCheck =>
        of(name, String(count ?? "unknown"), "0", count === 0)
    return [
        of("verdict", verdict, "complete", verdict === "complete"),
        none("A-lines missing", lines?.missing),
        none("A-lines damaged", lines?.damaged),
        ...figures
            .filter(f => f.verdict === "pass" || f.verdict === "fail")
            .map(f => of(f.name, shown(f.value, f.unit), f.limit, f.verdict === "pass")),
    ]
}

/** The figures of a pullback that no instrument of this target could measure. */
export function skippedFigures({ figures }: Timing): string[] {
    return figures.filter(f => f.verdict === "skipped").map(f => `${f.name}: ${f.note}`)
}

function shown(value: number | null, unit: string): string {
    return value === null ? "unknown" : `${Number(value.toPrecision(6))} ${unit}`
}

function check(
    group: AcceptanceCheck["group"],
    name: string,
    value: string,
    limit: string,
    passed: boolean
): AcceptanceCheck {
    return { group, name, value, limit, passed }
}
