// Responsible for: the commands of `ivus`, their help and the exit status: 0 done, 1 the run failed, 2 bad usage, 130 Ctrl-C.
// Not for: what the commands do.

import { randomBytes } from "node:crypto"
import { Command, CommanderError } from "commander"
import { CATHETER_IDS } from "../../shared/acquisition/catheter-list"
import { Interrupted } from "../errors"
import { RunError } from "../errors"
import { calibrateCommand } from "./commands/calibrate"
import { doctorCommand } from "./commands/doctor"
import { FAULT_GROUP_NAMES } from "../targets/virtual/timed-faults"
import { overTcp } from "./options/link-options"
import { CUT_COUNTS_HELP, CUT_HELP } from "../runs/cut-capture"
import { SETTINGS_FILE } from "../flash/settings-file"
import { DEFAULT_BOARD } from "../flash/board-file"
import { flashCommand, type FlashOptions, NOT_YET } from "./commands/flash"
import { pairCommand, type PairOptions } from "./commands/pair"
import { pullbackCommand, replayCommand } from "./commands/pullback"
import { sequenceShowCommand } from "./commands/sequence"
import { serveCommand } from "./commands/serve"
import { DEFAULT_RATE_TEXT } from "../sequence/standard-rate"
import { liveCommand } from "./commands/live"
import { CONSOLE_PORT } from "../console/console-server"
import { DEFAULT_PORT } from "../targets/tcp/link-server"
import { TGC_OPTION } from "./options/tgc-option"
import { traceCommand } from "./commands/trace"
import { UsageError } from "../errors"

const DISCLAIMER = "Investigational equipment, not for clinical use."

/** Of every command that waits for a cart on a port of its own. */
const PORT = ["--port <n>", "TCP port that the cart connects to", String(DEFAULT_PORT)] as const
const WAIT = ["--wait <s>", "how long to wait for a cart over TCP", "10"] as const

function program(): Command {
    const ivus = new Command("ivus")
        .description(`Cart of an intravascular ultrasound console. ${DISCLAIMER}`)
        .exitOverride()
        .configureHelp({ showGlobalOptions: true })
        .showHelpAfterError("Try --help.")
    overTcp(ivus.command("pullback"))
        .description("a whole pullback on a target; writes the pictures and measurements")
        .option("--target <target>", "virtual | tcp:HOST | serial:PATH", "virtual")
        .option(...PORT)
        .option(
            "--catheter <id>",
            "catheter that is plugged in, or a FILE.json with its data, which the cart is sent",
            "array-20mhz"
        )
        .option("--speed <mm/s>", "pullback speed, 0.25 to 10", "1")
        .option("--length <mm>", "imaged length, 1 to 150", "25")
        .option("--frame-rate <n>", `frames a second (${DEFAULT_RATE_TEXT} with this catheter)`)
        .option("--lines <n>", "lines of a turn, of a catheter that turns (its own)")
        .option("--samples <n>", "samples of a line (the catheter's own)")
        .option(...TGC_OPTION)
        .option(
            "--bus <bus>",
            "of the virtual board's line engine: single | quad (four data lanes, a longer FIFO)",
            "single"
        )
        .option(
            "--data <data>",
            "lines | elements: RF of each pair of an array, beamformed on the host",
            "lines"
        )
        .option(
            "--pairs <list>",
            "elements: reciprocal-14 | both-27 | full | FILE.json with [[tx, rx], …] (reciprocal-14)"
        )
        .option("--sound-speed <m/s>", "elements: 1000 to 2500 (1540)")
        .option("--apodisation <weight>", "elements: hann | none (hann)")
        .option("--mode <mode>", "continuous | stepped | gated", "continuous")
        .option("--step <um>", "stepped, gated: way from stop to stop (500)")
        .option("--dwell <ms>", "stepped, gated: how long a stop is imaged (100)")
        .option("--heart-rate <n>", "gated: beats a minute expected (75)")
        .option("--refractory <ms>", "gated: so long after a trigger no other counts (0.9 beats)")
        .option("--trigger-timeout <ms>", "gated: so long without a trigger ends it (4 beats)")
        .option(
            "--change-speed <mm/s@mm>",
            "continuous: another speed from this place of the window on",
            (one: string, all: string[]) => [...all, one],
            [] as string[]
        )
        .option("--vessel <file.csv>", "lumen borders: frame,z_mm,x_mm,y_mm (virtual only)")
        .option(
            "--echo <file.png>",
            "a recorded polar frame: rows A-lines, columns samples (virtual only)"
        )
        .option("--seed <n>", "everything random follows from it", "1")
        .option("--out <dir>", "where the results go", "out")
        .option("--references <dir>", "folder of ring-down references (the user's data folder)")
        .option(
            "--no-ring-down",
            "no stored reference: the ring-down is learnt from the pullback itself"
        )
        .option("--once", "end after the run; left out, a console shows it")
        .option(
            "--console-port <n>",
            "port of the console on 127.0.0.1; 0 for any",
            String(CONSOLE_PORT)
        )
        .option("--json", "one JSON summary on standard output, nothing else there")
        .option("--trace-spi <file>", "every SPI transfer as JSON lines (virtual only)")
        .option(
            "--fault <name@seconds>",
            "cause a fault at this time of the cart, one of those below (virtual only)",
            (one: string, all: string[]) => [...all, one],
            [] as string[]
        )
        .option(
            "--nurd <deg>",
            "uneven rotation of a catheter that turns: peak lag of its tip, 0 to 30 (virtual only)"
        )
        .addHelpText("after", `\n${CUT_HELP}\n\nFaults of ${FAULT_GROUP_NAMES}.\n\n${DISCLAIMER}`)
        .action(pullbackCommand)
    ivus.command("replay")
        .description("the same results from a capture")
        .argument("<file>", "a capture.ivl")
        .option("--references <dir>", "folder of ring-down references (the user's data folder)")
        .option(
            "--no-ring-down",
            "no stored reference: the ring-down is learnt from the pullback itself"
        )
        .option("--sound-speed <m/s>", "of element data: 1000 to 2500 (1540)")
        .option("--apodisation <weight>", "of element data: hann | none (hann)")
        .option(
            "--pairs <file.json>",
            "of element data of a list that was sent: that list (pairs.json beside the capture)"
        )
        .option(
            "--catheter <file.json>",
            "of a catheter that was sent: its data (catheter.json beside the capture)"
        )
        .option("--out <dir>", "where the results go", "out")
        .option("--json", "one JSON summary on standard output, nothing else there")
        .action(replayCommand)
    overTcp(ivus.command("live"))
        .description(
            "the live picture without a pullback, with a console for the browser; homes the sled first where it is not homed"
        )
        .option("--target <target>", "virtual | tcp:HOST", "virtual")
        .option(...PORT)
        .option(
            "--catheter <id>",
            "catheter that is plugged in, or a FILE.json with its data, which the cart is sent",
            "array-20mhz"
        )
        .option("--frame-rate <n>", `frames a second (${DEFAULT_RATE_TEXT} with this catheter)`)
        .option(...TGC_OPTION)
        .option("--gain <db>", "display gain, -60 to 60 (0)")
        .option("--dynamic-range <db>", "from black to white, 10 to 72 (60)")
        .option("--depth <mm>", "radius that is shown (the catheter's own)")
        .option("--references <dir>", "folder of ring-down references (the user's data folder)")
        .option(
            "--capture-ring-down",
            "capture the ring-down first, tip free in blood, and store it"
        )
        .option(
            "--frames <n>",
            "end after so many frames and write the last picture; left out, until Ctrl-C"
        )
        .option("--out <file.png>", "the picture of --frames", "out/live.png")
        .option(
            "--console-port <n>",
            "port of the console on 127.0.0.1; 0 for any",
            String(CONSOLE_PORT)
        )
        .option("--vessel <file.csv>", "lumen borders: frame,z_mm,x_mm,y_mm (virtual only)")
        .option(
            "--echo <file.png>",
            "a recorded polar frame: rows A-lines, columns samples (virtual only)"
        )
        .option("--heart-rate <n>", "an ECG of so many beats a minute (virtual only)")
        .option("--seed <n>", "everything random follows from it", "1")
        .option("--json", "at the end one JSON summary on standard output, nothing else there")
        .addHelpText("after", `\n${DISCLAIMER}`)
        .action(liveCommand)
    overTcp(ivus.command("serve"))
        .description("the host core for a real cart: takes its lines, writes each run")
        .option(...PORT)
        .option("--out <dir>", "where the results go", "out")
        .addHelpText("after", `\n${CUT_HELP}\n${CUT_COUNTS_HELP}\n${DISCLAIMER}`)
        .action(serveCommand)
    ivus.command("pair")
        .description(
            "makes the key that a cart and this host share, keeps it here, and says how the cart gets it"
        )
        .option("--board <id>", "16 hex digits, as `ivus serve` tells them")
        .option(
            "--catheter <id>",
            "whose front end the board has: with single-un0rick an un0rick, else a line engine; without --board, nothing but that"
        )
        .option("--replace", "a new key in place of the one there is")
        .option("--deployed", "the cart has them: takes key and catheter out of the settings")
        .option("--unpair", "forgets the key, here and on the cart")
        .option("--show", "prints the key as a setting of the cart")
        .option(
            "--settings <file>",
            "settings that are deployed to the cart with its program",
            SETTINGS_FILE
        )
        .addHelpText(
            "after",
            `\nKeys are in IVUS_KEYS, or in ivus-cart/keys of your configuration folder. The virtual board is paired anew for each run.\n${DISCLAIMER}`
        )
        .action((options: PairOptions) => {
            pairCommand(options, randomBytes, line => void process.stdout.write(`${line}\n`))
        })
    ivus.command("flash")
        .description("puts runtime, program and settings onto a board that is connected by USB")
        .option("--port <path>", "its serial port, such as /dev/ttyACM0")
        .option("--board <name>", "what it is: boards/NAME.board.json", DEFAULT_BOARD)
        .option(
            "--catheter <id>",
            "whose front end it has: with single-un0rick an un0rick, else a line engine (what `ivus pair` left among the settings)"
        )
        .option("--key <id>", "with the key that `ivus pair` made for this board, 16 hex digits")
        .option(
            "--settings <file>",
            "settings that go with it, Wi-Fi among them: WIFI_SSID, WIFI_PWD",
            SETTINGS_FILE
        )
        .option("--runtime <file>", "DeviceScript's runtime, fetched before (else it is fetched)")
        .option("--baud <n>", "speed of the port", "1500000")
        .option("--dry-run", "all but the writing; says what would be run")
        .addHelpText(
            "after",
            `\nIt needs esptool 4.5 or later (pip install esptool). The board forgets what it had kept: key, Wi-Fi, calibration.\n${NOT_YET}\nExit status: 0 done, 1 it failed, 2 bad usage.\n${DISCLAIMER}`
        )
        .action((options: FlashOptions) =>
            flashCommand(options, line => void process.stdout.write(`${line}\n`))
        )
    overTcp(ivus.command("doctor"))
        .description(
            "what a cart says of itself: version, state, every register by name, and what is wrong"
        )
        .option("--target <target>", "virtual | tcp:HOST", "virtual")
        .option(...PORT)
        .option(...WAIT)
        .option("--seed <n>", "of the virtual board", "1")
        .option("--catheter <id>", "whose front end the virtual board has", CATHETER_IDS[0])
        .option("--json", "one JSON object on standard output")
        .option(
            "--fault <name@seconds>",
            "cause a fault first (virtual only), such as bus-all-ones@1",
            (one: string, all: string[]) => [...all, one],
            [] as string[]
        )
        .addHelpText(
            "after",
            `\nExit status: 0 healthy, 1 something is wrong, 2 bad usage.\n${DISCLAIMER}`
        )
        .action(doctorCommand)
    overTcp(ivus.command("calibrate"))
        .description(
            "measures clock, scale, play and screw of the sled against its encoder; the cart keeps them"
        )
        .option("--target <target>", "virtual | tcp:HOST", "virtual")
        .option(...PORT)
        .option(...WAIT)
        .option("--seed <n>", "of the virtual board", "1")
        .option("--no-catheter", "no catheter is on the sled (needed over TCP)")
        .option("--json", "one JSON object on standard output")
        .addHelpText(
            "after",
            `\nThe sled moves 25 mm out and back and is homed twice.\n${DISCLAIMER}`
        )
        .action(calibrateCommand)
    ivus.command("sequence")
        .description("firing sequences: do they fit, and what do they look like")
        .command("show")
        .description("a catheter's firing sequence drawn, its budget, and whether it fits")
        .option("--catheter <id>", "catheter, or a FILE.json", "array-20mhz")
        .option(
            "--frame-rate <n>",
            `frames a second (${DEFAULT_RATE_TEXT} with this catheter; of a FILE.json its own)`
        )
        .option(
            "--pairs <list>",
            "reciprocal-14 | both-27 | full | FILE.json with [[tx, rx], …] (the catheter's own)"
        )
        .option("--depth <mm>", "radius that is imaged (the catheter's own)")
        .option("--lines <n>", "lines of a frame, or a turn (the catheter's own)")
        .option("--samples <n>", "samples of a line (the catheter's own)")
        .option(...TGC_OPTION)
        .option(
            "--bus <bus>",
            "single | quad (four data lanes, a longer FIFO, a faster link)",
            "single"
        )
        .option("--link-rate <mb/s>", "what the link to the host carries (8; quad: 50)")
        .option("--json", "one JSON object on standard output")
        .addHelpText(
            "after",
            `\nExit status: 0 it fits, 1 it does not, 2 bad usage.\n${DISCLAIMER}`
        )
        .action(sequenceShowCommand)
    ivus.command("trace")
        .description("an SPI trace as register writes, to lay beside a logic analyser's")
        .argument("<file>", "JSON lines as `pullback --trace-spi` writes them")
        .option("--all", "reads as well")
        .action(traceCommand)
    return ivus
}

/** @returns the exit status */
export async function main(args: readonly string[]): Promise<number> {
    try {
        await program().parseAsync(args, { from: "user" })
        return 0
    } catch (error) {
        if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
        if (error instanceof UsageError || error instanceof RunError) {
            process.stderr.write(`ivus: ${error.message}\n`)
            if (error instanceof Interrupted) return 130
            return error instanceof UsageError ? 2 : 1
        }
        process.stderr.write(
            `ivus: an error that should not be: ${(error as Error).stack ?? String(error)}\n`
        )
        return 1
    }
}
