// Responsible for: `ivus doctor`: what a cart says of itself, its registers with their names, and what is wrong.
// Not for: reaching the cart (one-shot-session.ts) or judging it (../registers/health.ts).

import { existsSync } from "node:fs"
import pc from "picocolors"
import { STATE_NAMES } from "../../../shared/cart-machine"
import { RegisterDumpClient } from "../../run/register-dump-client"
import { RunError } from "../../errors"
import { CHIPS, fieldsOf, registerOf } from "../../registers/fields-of"
import type { Dump } from "../../registers/dump"
import { healthOf, type Finding, type Health } from "../../registers/health"
import { dumpText, hexOf, SOURCE_NAMES } from "../../registers/print"
import { hasUn0rick, un0rickCatheterOf, un0rickRateHz } from "../../registers/un0rick-health"
import { CATHETER_IDS } from "../../../shared/acquisition/catheter-list"
import { checkFaults, parseFault, type TimedFault } from "../../targets/virtual/timed-faults"
import { parsePort, parseSeed, parseTarget, parseWait } from "../options/pullback-options"
import { knownCatheter } from "../../sequence/known-catheter"
import { bytecodeOf } from "../../targets/virtual/bytecode"
import { UsageError } from "../../errors"
import { report } from "../../terminal"
import { versionText } from "../../targets/closing-text"
import { storedIdentity } from "../../link/stored-identity"
import { type LinkOptions, parseTls } from "../options/link-options"
import { INSECURE } from "../../targets/tcp/link-server"
import { runTcpOneShot } from "../../targets/tcp/tcp-one-shot"
import { runVirtualOneShot, silentBoard } from "../../targets/virtual/virtual-one-shot"

/** A virtual cart boots and tests itself in 0.2 s; what a fault brings about shows within 0.3 s. */
const SETTLE_US = 300_000
const VIRTUAL_LIMIT_S = 10
/** 100 values come four in 10 ms. */
const DUMP_LIMIT_S = 5

export interface DoctorOptions extends LinkOptions {
    target: string
    port: string
    wait: string
    seed: string
    catheter: string
    json?: boolean
    fault: string[]
}

/** @throws RunError when the cart cannot be examined, or something is wrong with it */
export async function doctorCommand(options: DoctorOptions): Promise<void> {
    const { client: examiner, insecure } = await examine(options)
    const health = healthOf(examiner.dump!, examiner.status!)
    process.stdout.write(
        options.json
            ? JSON.stringify(asJson(examiner, health, insecure)) + "\n"
            : asText(examiner, health, insecure) + "\n"
    )
    const { wrong } = health
    if (wrong.length > 0)
        throw new RunError(
            wrong.length === 1
                ? `One thing is wrong. ${wrong[0]!.what}`
                : `${wrong.length} things are wrong. The first: ${wrong[0]!.what}`
        )
}

async function examine(
    options: DoctorOptions
): Promise<{ client: RegisterDumpClient; insecure: boolean }> {
    const target = parseTarget(options.target)
    const faults = options.fault.map(parseFault)
    const catheter = knownCatheter(options.catheter)
    checkFaults(faults, catheter)
    const port = parsePort(options.port)
    const waitS = parseWait(options.wait)
    const seed = parseSeed(options.seed)
    const tls = parseTls(options)
    if (target.kind === "tcp") {
        if (faults.length > 0)
            throw new UsageError(
                "--fault needs the virtual board; leave it out or use --target virtual."
            )
        return runTcpOneShot(
            {
                ...{ kind: "tcp", host: target.host, port, tls },
                identity: storedIdentity(options.insecure ?? false, report),
            },
            {
                ...{ waitS, limitS: DUMP_LIMIT_S, report },
                makeClient: session => new RegisterDumpClient(session),
            }
        )
    }
    if (!existsSync(bytecodeOf(catheter.id)))
        throw new RunError("The firmware has not been built; run `npm run build` first.")
    const { client } = await examineVirtual(seed, faults, catheter.id)
    // A virtual cart is paired with its host for the run.
    return { client, insecure: false }
}

/** Boots a virtual cart, lets the faults happen and show, and reads its registers. */
export async function examineVirtual(
    seed: number,
    faults: readonly TimedFault[],
    catheterId: string = CATHETER_IDS[0]
): Promise<{ client: RegisterDumpClient; capture: Uint8Array }> {
    const fromUs = Math.max(0, ...faults.map(f => f.atS * 1e6)) + SETTLE_US
    const limitS = fromUs / 1e6 + VIRTUAL_LIMIT_S
    return runVirtualOneShot(
        { board: silentBoard({ seed, faults }) },
        {
            ...{ catheterId, limitS },
            makeClient: (session, nowUs) =>
                new RegisterDumpClient(session, () => nowUs() >= fromUs),
        }
    )
}

function asText(examiner: RegisterDumpClient, health: Health, insecure: boolean): string {
    const hello = examiner.hello!
    const status = examiner.status!
    const told = (mark: string, { what, todo }: Finding): string => `${mark} ${what}\n  ${todo}`
    const verdict = [
        ...health.wrong.map(f => told(pc.red("WRONG"), f)),
        ...health.notes.map(f => told(pc.yellow("note "), f)),
    ]
    const [id] = [hello.board_id_high, hello.board_id_low].map(v => hexOf(v))
    return [
        `firmware  ${versionText(hello)}, layout ${hexOf(hello.layout_hash)}, board ${id}${hexOf(hello.board_id_low).slice(2)}`,
        `state     ${STATE_NAMES[status.state] ?? status.state}, sled at ${(status.position_nm / 1e6).toFixed(3)} mm`,
        `front end ${frontEndText(examiner.dump!)}`,
        ...(insecure ? [pc.red(`link      ${INSECURE}`)] : []),
        "",
        dumpText(examiner.dump!),
        "",
        ...(health.wrong.length === 0 ? [pc.green("The cart is healthy.")] : []),
        ...verdict,
    ].join("\n")
}

function frontEndText(dump: Dump): string {
    if (!hasUn0rick(dump)) return "line engine"
    const catheter = un0rickCatheterOf(dump)
    return catheter
        ? `un0rick, set up for ${catheter.id}: up to ${un0rickRateHz(catheter).toFixed(2)} frames/s (computed)`
        : "un0rick, set up for no catheter that this program knows"
}

function frontEndJson(dump: Dump): object {
    if (!hasUn0rick(dump)) return { kind: "line engine" }
    const catheter = un0rickCatheterOf(dump)
    return {
        kind: "un0rick",
        catheter: catheter?.id ?? null,
        computed_frame_rate_max_hz: catheter ? un0rickRateHz(catheter) : null,
    }
}

/** One object: numbers as they are in the chips, fields by name. */
function asJson(examiner: RegisterDumpClient, health: Health, insecure: boolean): object {
    const hello = examiner.hello!
    const status = examiner.status!
    const dump = examiner.dump!
    return {
        firmware: versionText(hello),
        layout_hash: hello.layout_hash,
        state: STATE_NAMES[status.state] ?? status.state,
        fault: status.fault,
        insecure,
        front_end: frontEndJson(dump),
        position_mm: status.position_nm / 1e6,
        healthy: health.wrong.length === 0,
        wrong: health.wrong,
        notes: health.notes,
        calibration: dump.scale ?? null,
        registers: dump.registers.map(r => ({
            chip: CHIPS[r.chip]?.name ?? r.chip,
            address: r.address,
            name: registerOf(r.chip, r.address)?.name ?? null,
            source: SOURCE_NAMES[r.source] ?? r.source,
            value: r.value,
            fields: Object.fromEntries(
                fieldsOf(r.chip, r.address, r.value).map(f => [f.name, f.value])
            ),
        })),
    }
}
