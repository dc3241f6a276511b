// The netlist of boards/schematics against the board's file, the virtual board's pins and safety circuit, and the drawings. Exact.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { readFileSync } from "node:fs"
import { SafetyCircuit } from "../../../boards/virtual/safety-circuit/safety-circuit"
import { sectionOf, tablesOf } from "../../../boards/virtual/testing/markdown-tables"
import { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"
import * as pins from "../../shared/devices/pins"
import { drawSheet } from "./draw"
import { netsOf, pinsOf, readNetlist, SCHEMATICS, type Part } from "./netlist"

const test = suite("schematics")

const netlist = readNetlist()
const nets = netsOf(netlist)
const board = JSON.parse(readFileSync("boards/ivus_cart_s3.board.json", "utf8")) as {
    pins: Record<string, number>
    jacdac: { pin: number }
}
const part = (ref: string): Part => netlist.parts.find(p => p.ref === ref)!

test("the controller's pins are those of the board's file", () => {
    const drawn = pinsOf(part("U1")).filter(([, name]) => name.startsWith("GPIO"))
    for (const [number, name] of drawn) assert.is(name, `GPIO${number}`)
    assert.equal(Object.fromEntries(drawn.map(([number, , net]) => [net, Number(number)])), {
        ...board.pins,
        JACDAC: board.jacdac.pin,
    })
})

test("every pin of the virtual board is a net of the controller", () => {
    const names = Object.keys(pins).map(name => name.replace(/^PIN_/, ""))
    assert.is(names.length, 4)
    for (const name of names)
        assert.ok(
            nets.get(name)!.some(pin => pin.startsWith("U1.")),
            name
        )
})

test("no part is named twice, no pin is used twice, and no wire ends nowhere", () => {
    const refs = netlist.parts.map(p => p.ref)
    assert.is(new Set(refs).size, refs.length)
    for (const p of netlist.parts) {
        const names = pinsOf(p).map(([number, name]) => number || name)
        assert.is(new Set(names).size, names.length, p.ref)
    }
    for (const [net, on] of nets) assert.ok(on.length >= 2, `${net}: only ${on.join()}`)
})

test("every signal that the pages give a resistor to a supply has it in the netlist", () => {
    const rows = tablesOf(sectionOf(readFileSync("boards/README.md", "utf8"), "Resistors"))[0]!
    const resistors = netlist.parts.filter(p => p.ref.startsWith("R"))
    const NAMES: Record<string, string> = {
        "DRV_ENN (GPIO 5)": "DRV_ENN",
        "DRV_ENN of the TMC5160": "TMC_DRV_ENN",
        "end of the e-stop chain": "CHAIN_END",
    }
    let checked = 0
    for (const row of rows) {
        const to = /to (3\.3 V|ground|VCC_IO)/.exec(row.resistor!)?.[1]
        if (to === undefined) continue
        const ohms = /^[\d.]+ k?Ω/.exec(row.resistor!)?.[0] ?? "10 kΩ"
        const supply = to === "ground" ? "GND" : "3V3"
        const signal = row["pin or signal"]!
        for (const net of (NAMES[signal] ?? signal).split(", ")) {
            const wanted = [net, supply].sort()
            const found = resistors.filter(
                p =>
                    pinsOf(p)
                        .map(([, , n]) => n)
                        .sort()
                        .join() === wanted.join()
            )
            assert.equal(
                found.map(p => p.value),
                [ohms],
                `${net} to ${supply}`
            )
            checked++
        }
    }
    assert.is(checked, 13)
})

/** What a gate of the netlist makes of its inputs A and B. */
const GATES: Record<string, (a: boolean, b: boolean) => boolean> = {
    "74LVC1G08 (AND)": (a, b) => a && b,
    "74LVC1G32 (OR)": (a, b) => a || b,
    "74LVC1G04 (NOT)": a => !a,
    "74LVC1G17 (Schmitt)": a => a,
}

/** The levels of all nets that follow from `known` through gates and series resistors. */
function settle(known: Record<string, boolean>): Record<string, boolean> {
    const levels = { ...known }
    // As many rounds as there are parts: each settles at least one, if any is left.
    for (let round = 0; round < netlist.parts.length; round++)
        for (const p of netlist.parts) {
            const net = (name: string): string => pinsOf(p).find(pin => pin[1] === name)?.[2] ?? ""
            const gate = GATES[p.value]
            const a = levels[net("A")]
            const b = levels[net("B")] ?? (net("B") ? undefined : false)
            if (gate && a !== undefined && b !== undefined) levels[net("Y")] = gate(a, b)
            if (p.ref === "R26" || p.ref === "R23" || p.ref === "R30") {
                const from = levels[p.left[0]![2]]
                if (from !== undefined) levels[p.right[0]![2]] = from
            }
        }
    return levels
}

test("the gates as wired do what the virtual safety circuit does, in every state", () => {
    let states = 0
    for (const alive of [false, true])
        for (const closed of [false, true])
            for (const armed of [false, true])
                for (const drvEnn of [false, true]) {
                    const clock = new VirtualClock()
                    const model = new SafetyCircuit(clock, () => undefined)
                    model.setDrvEnn(drvEnn)
                    // Armed while all is well, then in the state: the latch clears when RUN falls.
                    model.setHeartbeat(true)
                    if (armed) model.setRearm(true)
                    if (!closed) model.chain.press("cart")
                    if (!alive) while (clock.step(200_000));
                    const levels = settle({
                        ALIVE: alive,
                        CHAIN_END: closed,
                        Q: armed && alive && closed,
                        DRV_ENN: drvEnn,
                    })
                    const { motorOff, transmitInhibited, sense } = model.outputs
                    const what = JSON.stringify({ alive, closed, armed, drvEnn })
                    assert.is(levels.TMC_DRV_ENN, motorOff, what)
                    assert.is(levels.TX_INHIBIT, transmitInhibited, what)
                    assert.is(levels.SAFE_SENSE, sense, what)
                    states++
                }
    assert.is(states, 16)
})

test("the latch is cleared by RUN, set by the edge of SAFE_REARM, and its set input is off", () => {
    const latch = Object.fromEntries(pinsOf(part("U24")).map(([, name, net]) => [name, net]))
    assert.equal(
        [latch.CLK, latch.D, latch["PRE̅"], latch["CLR̅"], latch.Q],
        ["SAFE_REARM", "3V3", "3V3", "RUN", "Q"]
    )
})

test("the test points of the bring-up are those of the netlist", () => {
    const bringUp = readFileSync("boards/bring-up.md", "utf8")
    const rows = tablesOf(sectionOf(bringUp, "Test points"))[0]!
    const points = netlist.parts.filter(p => p.ref.startsWith("TP"))
    assert.equal(
        rows.map(r => [r.point, r.net]),
        points.map(p => [p.ref, p.left[0]![2]])
    )
})

test("the drawings are those of the netlist", () => {
    for (const sheet of Object.keys(netlist.sheets))
        assert.ok(
            readFileSync(`${SCHEMATICS}/${sheet}.svg`, "utf8") === drawSheet(netlist, sheet),
            `${sheet}.svg is old: npm run schematics`
        )
})

test.run()
