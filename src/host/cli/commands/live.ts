// Responsible for: `ivus live`: the live picture without a pullback, its console, and what is left at its end.
// Not for: targets (virtual-live.ts, tcp-live.ts) or what is shown (../console).

import { mkdirSync, renameSync, writeFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { Display } from "../../console/display"
import { LiveView } from "../../console/live-view"
import { RingDownController } from "../../console/ring-down-controller"
import { encodePng } from "../../picture/picture"
import { linesFired } from "../../run/run-receiver"
import { consoleFor } from "../show-console"
import { echoSource } from "../../targets/virtual/echo-source"
import { report } from "../../terminal"
import { storedIdentity } from "../../link/stored-identity"
import { onStop } from "../on-stop"
import { INSECURE } from "../../targets/tcp/link-server"
import { LiveController } from "../../console/live-controller"
import { type LiveOptions, parseLive, VEIN_MM } from "../options/live-options"
import { storeOf } from "../options/reference-options"
import { dateMs } from "../../clock"
import { runTcpLive } from "../../targets/tcp/tcp-live"
import { UsageError } from "../../errors"
import { runVirtualLive } from "../../targets/virtual/virtual-live"

/** Shows the live picture until Ctrl-C, or for so many frames. */
export async function liveCommand(options: LiveOptions): Promise<void> {
    const live = parseLive(options)
    const { request, catheter, target } = live
    const ringDown = new RingDownController(storeOf(options), dateMs)
    const view: LiveView = new LiveView({
        target: target.kind === "virtual" ? "virtual board" : `cart ${target.host}`,
        display: new Display(live.display),
        ringDown,
        nowMs: () => performance.now(),
        transmit: on => desk.transmit(on),
        ...(request.spec && { spec: request.spec }),
    })
    const desk: LiveController = new LiveController(
        view,
        ringDown,
        live.frames,
        options.captureRingDown ?? false,
        report,
        () => serving.refresh()
    )
    const serving = await consoleFor(view, live.consolePort)
    const stop = onStop(() => desk.stop())
    try {
        if (target.kind === "tcp")
            await runTcpLive(
                {
                    ...{ kind: "tcp", host: target.host, port: live.port, tls: live.tls },
                    identity: storedIdentity(options.insecure ?? false, report),
                },
                request,
                { view, controller: desk },
                report
            )
        else {
            await runVirtualLive(
                {
                    board: {
                        seed: live.seed,
                        echo: echoSource(catheter, {
                            vesselFile: options.vessel,
                            echoFile: options.echo,
                            seed: live.seed,
                            lengthMm: VEIN_MM,
                        }),
                        ...(live.heartRatePerMin !== undefined && {
                            heartRatePerMin: live.heartRatePerMin,
                        }),
                    },
                },
                request,
                { view, controller: desk }
            )
        }
        await conclude(view, live.frames === undefined ? undefined : live.out, options)
    } finally {
        stop.off()
        await serving.close()
    }
}

/** Writes the last picture where it was asked for, and tells what there was. */
async function conclude(
    view: LiveView,
    out: string | undefined,
    options: LiveOptions
): Promise<void> {
    const told = view.state()
    let file: string | null = null
    if (out !== undefined && view.shown) {
        writeWhole(out, await encodePng(view.picture().image))
        file = out
    }
    const { end } = view.receiver ?? {}
    if (options.json) {
        const { catheter, frames, framesPerS, lines, ecgPerMin } = told
        process.stdout.write(
            JSON.stringify({
                target: told.target,
                catheter,
                frames,
                framesPerS,
                lines: { fired: linesFired(end) ?? null, ...lines },
                ecgPerMin,
                behindMs: told.clockLagMs,
                display: told.display,
                ringDown: told.ringDown,
                insecure: told.insecure,
                picture: file,
            }) + "\n"
        )
        return
    }
    const rows = [
        `${told.frames} frames of ${told.catheter ?? "no catheter"}, ${told.framesPerS ?? 0} frames/s; ${told.lines?.received ?? 0} lines received of ${linesFired(end) ?? "an unknown number"} fired, ${told.lines?.missing || "none"} missing`,
        ringDownText(told.ringDown),
        ...(told.insecure ? [`the link ran ${INSECURE}`] : []),
        ...(file ? [`the last picture is in ${file}`] : []),
    ]
    process.stdout.write(rows.join("\n") + "\n")
}

function ringDownText({
    reference,
    subtracted,
    stale,
    notes,
}: ReturnType<RingDownController["state"]>): string {
    const use = !reference
        ? "no ring-down reference"
        : `ring-down reference of ${reference.captured} (${reference.frames} frames) ${subtracted ? "subtracted" : "not subtracted"}${stale.length > 0 ? ", STALE" : ""}`
    return [use, ...stale, ...notes].join("\n  ")
}

/** The file is whole or as it was. */
function writeWhole(path: string, bytes: Uint8Array): void {
    try {
        mkdirSync(dirname(resolve(path)), { recursive: true })
        writeFileSync(`${path}.partial`, bytes)
        renameSync(`${path}.partial`, path)
    } catch (error) {
        throw new UsageError(
            `The picture "${path}" cannot be written (${(error as NodeJS.ErrnoException).code}); name a file that can with --out.`
        )
    }
}
