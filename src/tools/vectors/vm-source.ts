// Generates the vectors as a test program for the DeviceScript VM.
//
// The VM has no JSON, 64 kB of heap and a limit of 131,072 instructions between two awaits. So the vectors become calls with
// literals, which are stored in flash, and each call awaits.

import { layoutOf } from "../../shared/protocol/bytes"
import { LAYOUTS } from "../../shared/protocol/layout-hash"
import type { Fields, Vectors } from "./vectors"
import { VM_PRELUDE } from "./vm-prelude"

/** The whole program. */
export function vmSource(v: Vectors): string {
    const n = {
        request: Object.keys(v.gates.request),
        limits: Object.keys(v.gates.limits),
        plan: namesIn(v.moves.map(m => m.plan)),
        left: namesIn(v.speed_changes.map(c => c.left)),
        change: namesIn(v.speed_changes.map(c => c.change)),
    }
    const tests: [string, string[]][] = [
        [
            "layout hash",
            [
                `expect(HASH).toBe(${v.link.layout_hash})`,
                `expect(burst.BURST_MAGIC).toBe(${v.link.magic})`,
                `expect(sizeOf(BURST_HEADER)).toBe(${v.link.header_length})`,
            ],
        ],
        ["numbers", v.numbers.map(x => call("number", x.format, x.value, bytes(x.hex), x.read))],
        ["texts", v.texts.map(t => call("text", t.text, bytes(t.hex), t.read))],
        ["crc32c", v.crc32c.map(c => call("crc", bytes(c.hex), c.seed, c.crc))],
        ["crc8", v.crc8.map(c => call("shortCrc", bytes(c.hex), c.crc))],
        ["seals", v.seals.map(s => call("seal", s.fields, bytes(s.hex)))],
        ["headers", v.headers.map(h => call("header", bytes(h.hex), code(`burst.${h.verdict}`)))],
        [
            "messages",
            v.messages.map(m =>
                call("message", code(constantOf(m.layout)), m.fields, bytes(m.hex))
            ),
        ],
        ["lines", v.lines.map(l => call("line", l.fields, bytes(l.samples), bytes(l.hex)))],
        [
            "greetings",
            v.greetings.map(g => {
                const secrets = [g.host_proof, g.board_proof, g.host_key, g.board_key].map(
                    s => bytes(s).code
                )
                return call(
                    "greeting",
                    bytes(g.key),
                    bytes(g.hello),
                    bytes(g.challenge),
                    code(`[${secrets.join(", ")}]`),
                    bytes(g.host_proof_burst)
                )
            }),
        ],
        [
            "tags",
            v.tags.map(t => {
                const payload =
                    typeof t.payload === "string"
                        ? bytes(t.payload)
                        : code(`await ruled(${t.payload})`)
                return call("tag", bytes(t.key), bytes(t.header), payload, bytes(t.tag))
            }),
        ],
        ["test lines", v.test_lines.map(t => call("testLine", t.index, bytes(t.hex)))],
        [
            "companding",
            [
                ...v.amplitudes.map(a => `close(codeToAmplitude(${a.code}), ${a.amplitude})`),
                ...v.codes.map(c => `expect(amplitudeToCode(${c.amplitude})).toBe(${c.code})`),
                "for (let i = 0; i < 256; ++i) {",
                "    await yieldVm()",
                "    expect(amplitudeToCode(codeToAmplitude(i))).toBe(i)",
                "}",
            ],
        ],
        [
            "speeds",
            v.speeds.flatMap(s => [
                `expect(vmaxOf(${s.speed_nm_s}, ${s.microsteps_per_mm}, ${s.fclk_hz})).toBe(${s.vmax})`,
                `close(speedOfVmax(${s.vmax}, ${s.microsteps_per_mm}, ${s.fclk_hz}), ${s.made_nm_s})`,
            ]),
        ],
        [
            "accelerations",
            v.accelerations.map(
                a =>
                    `expect(amaxOf(${a.accel_nm_s2}, ${a.microsteps_per_mm}, ${a.fclk_hz})).toBe(${a.amax})`
            ),
        ],
        ["signs", v.signs.map(s => `expect(signedOf(${s.value}, ${s.bits})).toBe(${s.signed})`)],
        [
            "calibrations",
            v.calibrations.flatMap(c => [
                "await yieldVm()",
                `expect(checkCalibration(hex\`${c.hex}\`)).toBe(${c.verdict})`,
                ...c.places.flatMap((p, i) => [
                    ...(i === 0 ? [`calibration = readCalibration(hex\`${c.hex}\`)`] : []),
                    `close(screwErrorNm(calibration, ${p.microsteps}), ${p.error_nm})`,
                    `close(screwSpeedFactor(calibration, ${p.microsteps}), ${p.factor})`,
                ]),
            ]),
        ],
        ["ramps", v.ramps.map(r => `expect(rampLengthNm(${r.speed_nm_s})).toBe(${r.length_nm})`)],
        [
            "pullbacks",
            v.pullbacks.map(p =>
                named(
                    "sameFields",
                    `planPullback(${p.start_nm}, ${p.speed_nm_s}, ${p.length_nm})`,
                    p.plan
                )
            ),
        ],
        [
            "moves",
            v.moves.map(m =>
                call(
                    "move",
                    m.kind,
                    m.from_nm,
                    values(m.request, n.request),
                    values(m.limits, n.limits),
                    m.reason,
                    m.value,
                    values(m.plan, n.plan)
                )
            ),
        ],
        [
            "speed changes",
            v.speed_changes.map(c =>
                call(
                    "change",
                    c.position_nm,
                    c.now_nm_s,
                    c.new_nm_s,
                    values(c.left, n.left),
                    c.reason,
                    c.value,
                    values(c.change, n.change)
                )
            ),
        ],
        [
            "gates",
            [
                `const request = recordOf(REQUEST, ${values(v.gates.request, n.request).code})`,
                `const limits = recordOf(LIMITS, ${values(v.gates.limits, n.limits).code})`,
                `const gated = planMove(MOVE_GATED, ${v.gates.from_nm}, request, limits).plan`,
                ...v.gates.stops.map(s => `expect(stopNm(gated, ${s.index})).toBe(${s.nm})`),
                "await yieldVm()",
                ...v.gates.triggers.map(
                    t =>
                        `expect(checkTrigger(gated, ${t.since_ms}, ${t.triggered}, ${t.first})).toBe(${t.verdict})`
                ),
            ],
        ],
        ["transitions", v.transitions.map((next, state) => call("row", state, bytes(next)))],
        [
            "activity",
            v.activity.flatMap(a => [
                `expect(moves(${a.state})).toBe(${a.moves})`,
                `expect(fires(${a.state})).toBe(${a.fires})`,
            ]),
        ],
        [
            "budgets",
            v.budgets.flatMap(b => [
                "await yieldVm()",
                named(
                    "sameFields",
                    `budgetSequence(catheterOf(${JSON.stringify(b.catheter)}), ${b.frame_rate_mhz})`,
                    b.budget
                ),
            ]),
        ],
        [
            "tables",
            v.tables.flatMap(t => [
                ...t.entries.map(e => call("entry", t.catheter, e.index, bytes(e.hex))),
                call("table", t.catheter, t.crc),
            ]),
        ],
        [
            "gains",
            v.gains.map(g =>
                call(
                    "gain",
                    g.catheter,
                    g.depth_um,
                    g.start_cdb,
                    g.slope_cdb_per_mm,
                    code(JSON.stringify(g.given)),
                    bytes(g.hex),
                    code(JSON.stringify(g.at.map(a => a.time_ns))),
                    code(JSON.stringify(g.at.map(a => a.cdb)))
                )
            ),
        ],
        ["catheters", v.catheters.map(c => call("catheter", bytes(c.hex), c.wrong))],
        [
            "un0rick",
            v.un0rick.flatMap(u => [
                "await yieldVm()",
                `expect(un0rickHalfPeriod(${u.frequency_khz})).toBe(${u.half_period})`,
                `expect(un0rickWords(${u.depth_um})).toBe(${u.words})`,
                `expect(un0rickGain(${JSON.stringify(u.tgc_cdb)}, ${u.tgc_step_ns}, ${u.radius_um}, ${u.step})).toBe(${u.gain})`,
            ]),
        ],
        ["versions", v.versions.map(x => call("version", x.cart, x.other, x.reason, x.text))],
        [
            "event ring",
            v.ring.map(r =>
                call("ringEntry", r.entry, bytes(r.hex), r.block, r.oldest, r.found, r.damaged)
            ),
        ],
        [
            "alarms",
            [
                ...[...new Set(v.alarms.classes.map(c => c.name))].map(name =>
                    call(
                        "alarmClasses",
                        name,
                        code(
                            JSON.stringify(
                                v.alarms.classes.filter(c => c.name === name).map(c => c.code)
                            )
                        )
                    )
                ),
                ...v.alarms.signals.map(s =>
                    call(
                        "alarmSignal",
                        ...[s.priority, s.lamp, s.flash_chz, s.pulses, s.pulse_ms, s.interval_ms]
                    )
                ),
                ...v.alarms.steps.map(s =>
                    call(
                        "alarmStep",
                        s.act,
                        s.code,
                        s.now_ms,
                        s.shown,
                        s.sound,
                        s.warnings,
                        s.count
                    )
                ),
            ],
        ],
    ]
    const body = tests.map(
        ([name, lines]) =>
            `    test(${JSON.stringify(name)}, async () => {\n${lines.map(l => `        ${l}\n`).join("")}    })\n`
    )
    const names = Object.entries(n).map(
        ([name, list]) => `const ${name.toUpperCase()} = ${JSON.stringify(list)}\n`
    )
    return `${VM_PRELUDE}${names.join("")}\ndescribe("vectors of src/shared", () => {\n${body.join("")}})\n`
}

/** Field names of the first record that is not empty. */
const namesIn = (records: readonly object[]): string[] =>
    Object.keys(records.find(r => Object.keys(r).length > 0) ?? {})

interface Code {
    readonly code: string
}
const code = (text: string): Code => ({ code: text })
/** The values of a record in the order of `names`; an empty record has none. */
function values(record: object, names: readonly string[]): Code {
    const all = new Map<string, unknown>(Object.entries(record))
    const texts = names.map(name => JSON.stringify(all.get(name)) ?? "undefined")
    return code(all.size === 0 ? "[]" : `[${texts.join(", ")}]`)
}

const bytes = (hex: string): Code => code("hex`" + hex + "`")

function call(helper: string, ...values: readonly (string | number | Code | Fields)[]): string {
    const isCode = (v: object): v is Code =>
        "code" in v && typeof v.code === "string" && Object.keys(v).length === 1
    const texts = values.map(v => (typeof v === "object" && isCode(v) ? v.code : JSON.stringify(v)))
    return `await ${helper}(${texts.join(", ")})`
}

/** Code that compares all fields of a record. */
function named(helper: string, actual: string, expected: Readonly<Record<string, number>>): string {
    const fields = Object.keys(expected).map(name => `${name}:i32`)
    return `${helper}(${actual}, ${JSON.stringify(expected)}, ${JSON.stringify(layoutOf(fields))})`
}

/** Name of the constant of a layout: its name in capitals. */
function constantOf(layout: string): string {
    if (!LAYOUTS.some(([name]) => name === layout))
        throw new Error(`vectors.json: unknown layout "${layout}".`)
    return layout.toUpperCase()
}
