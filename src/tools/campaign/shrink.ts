// Makes a failing case smaller: drops steps, then bits, then shortens and moves the disturbance in time.

import type { Case, CaseDisturbance, Step } from "./case"

/** Cases that are smaller than `c`, the most promising first. */
export function smaller(c: Case): Case[] {
    return [
        ...fewerSteps(c),
        ...simplerSteps(c),
        ...disturbances(c).map(d => ({ ...c, disturbance: d })),
    ]
}

function fewerSteps(c: Case): Case[] {
    if (c.steps.length < 2) return []
    return c.steps.map((_, i) => ({ ...c, steps: c.steps.filter((_step, k) => k !== i) }))
}

function without<T extends object>(object: T, field: string): T {
    return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field)) as T
}

function simplerSteps(c: Case): Case[] {
    const changes: Case[] = []
    c.steps.forEach((step, i) => {
        const as = (simple: Step): void =>
            void changes.push({ ...c, steps: c.steps.map((s, k) => (k === i ? simple : s)) })
        for (const field of ["stopAfterMs", "then"]) if (field in step) as(without(step, field))
        if (step.do === "pull" && step.mode !== "continuous") as({ ...step, mode: "continuous" })
    })
    return changes
}

function disturbances({ disturbance: d }: Case): CaseDisturbance[] {
    if (!d) return []
    const changes: CaseDisturbance[] = []
    if (d.what === "bus") {
        const { how } = d
        if (how.how === "flipped" && how.bits.length > 1)
            how.bits.forEach((_, i) =>
                changes.push({ ...d, how: { ...how, bits: how.bits.filter((_bit, k) => k !== i) } })
            )
        if (d.forMs !== undefined) changes.push(without(d, "forMs"))
        if (d.nth)
            changes.push(
                { ...d, nth: 0 },
                { ...d, nth: Math.floor(d.nth / 2) },
                { ...d, nth: d.nth - 1 }
            )
    }
    if ("forMs" in d && d.forMs !== undefined && d.forMs > 1)
        changes.push({ ...d, forMs: Math.ceil(d.forMs / 2) } as CaseDisturbance)
    for (const round of [1000, 100, 10]) {
        const atMs = Math.floor(d.atMs / round) * round
        if (atMs !== d.atMs) changes.push({ ...d, atMs })
    }
    return changes
}

/**
 * The smallest case found that still fails.
 * @param fails whether a case fails in the same way
 * @param tries cases that are run at most
 */
export async function shrink(
    c: Case,
    fails: (smallerCase: Case) => Promise<boolean>,
    tries = 60
): Promise<Case> {
    let smallest = c
    for (let left = tries; left > 0;) {
        let found: Case | undefined
        for (const candidate of smaller(smallest)) {
            if (left-- <= 0) break
            if (!(await fails(candidate))) continue
            found = candidate
            break
        }
        if (!found) break
        smallest = found
    }
    return smallest
}
