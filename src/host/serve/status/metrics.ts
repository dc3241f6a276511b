// The status of `ivus serve` as Prometheus metrics.

import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client"
import { VERDICTS } from "../../results/verdict"
import type { CartStatus } from "../served-carts"
import { healthOf } from "./health"
import type { ServeStatus } from "./serve-status"

/** @param status is read at each scrape */
export function metricsOf(status: () => ServeStatus): Registry {
    const registry = new Registry()
    // CPU, memory, event loop and garbage collection of the process.
    collectDefaultMetrics({ register: registry })
    // It is the size of the data segment, most of which Node reserves and never uses: larger than the memory of the process.
    registry.removeSingleMetric("process_heap_bytes")
    const own = new ServeMetrics(registry, status)
    own.define()
    return registry
}

type Labels = Readonly<Record<string, string>>

class ServeMetrics {
    constructor(
        private readonly registry: Registry,
        private readonly status: () => ServeStatus
    ) {}

    define(): void {
        this.gauge("ivus_healthy", "1 if runs can be received and kept, as /healthz tells", s => [
            [{}, healthOf(s).status === "ok" ? 1 : 0],
        ])
        this.gauge("ivus_disk_free_bytes", "free on the disk of the run folders", s =>
            s.disk.freeBytes === null ? [] : [[{}, s.disk.freeBytes]]
        )
        this.gauge("ivus_carts_connected", "carts in session", s => [
            [{}, s.carts.filter(({ address }) => address !== null).length],
        ])
        this.gauge("ivus_link_connections", "open connections, carts or not", s => [
            [{}, s.link.connections],
        ])
        this.counter("ivus_link_rejects_total", "sessions refused by this host, by code", s =>
            Object.entries(s.link.rejected).map(([code, n]) => [{ code }, n])
        )
        this.gauge(
            "ivus_event_loop_delay_seconds",
            "longest delay of a thread's event loop in the latest second",
            s => [
                [{ thread: "main" }, s.delayMs / 1000],
                [{ thread: "link" }, s.link.delayMs / 1000],
                ...s.carts.flatMap(({ board, figures }): [Labels, number][] =>
                    figures ? [[{ thread: `cart ${board}` }, figures.delayMs / 1000]] : []
                ),
            ]
        )
        this.defineCarts()
    }

    private defineCarts(): void {
        this.cartGauge("ivus_cart_connected", "1 while the cart is in session", c =>
            c.address === null ? 0 : 1
        )
        this.cartGauge("ivus_cart_insecure", "1 if its link has no key", c =>
            c.figures?.isInsecure ? 1 : 0
        )
        this.cartGauge("ivus_cart_alarms", "alarms that are present", c =>
            c.figures ? c.figures.alarms.length : undefined
        )
        this.cartGauge("ivus_cart_run_in_progress", "1 while a run is received", c =>
            c.figures?.run && !c.figures.run.isReceived ? 1 : 0
        )
        this.cartGauge("ivus_cart_heap_bytes", "JavaScript heap of its thread", c =>
            c.figures ? c.figures.heapBytes : undefined
        )
        this.gauge("ivus_cart_state", "1 for the present state of the cart", s =>
            s.carts.flatMap(({ board, figures }): [Labels, number][] =>
                figures?.state ? [[{ board, state: figures.state }, 1]] : []
            )
        )
        this.cartCounter("ivus_cart_connections_total", "sessions", c => c.connections)
        this.cartCounter(
            "ivus_cart_thread_failures_total",
            "times that its thread has failed",
            c => c.threadFailures
        )
        this.cartCounter(
            "ivus_cart_received_bytes_total",
            "bytes received in sessions",
            c => c.totals.bytes
        )
        this.cartCounter(
            "ivus_cart_lines_received_total",
            "A-lines received, live pictures included",
            c => c.totals.linesReceived
        )
        this.cartCounter(
            "ivus_cart_lines_missing_total",
            "A-lines that were fired and not received",
            c => c.totals.linesMissing
        )
        this.counter("ivus_runs_total", "runs kept, by verdict", s =>
            s.carts.flatMap(({ board, totals }) =>
                // A rate needs the zero before the first one.
                VERDICTS.map((verdict): [Labels, number] => [
                    { board, verdict },
                    totals.runsEnded[verdict] ?? 0,
                ])
            )
        )
    }

    private cartGauge(
        name: string,
        help: string,
        value: (cart: CartStatus) => number | undefined
    ): void {
        this.gauge(name, help, s =>
            s.carts.flatMap(cart => {
                const now = value(cart)
                return now === undefined ? [] : [[{ board: cart.board }, now]]
            })
        )
    }

    private cartCounter(name: string, help: string, value: (cart: CartStatus) => number): void {
        this.counter(name, help, s =>
            s.carts.map(cart => [{ board: cart.board }, value(cart)] as const)
        )
    }

    private gauge(name: string, help: string, values: Values): void {
        const { status } = this
        const labelNames = LABELS
        const gauge = new Gauge({
            ...{ name, help, labelNames, registers: [this.registry] },
            collect: () => {
                gauge.reset()
                for (const [labels, value] of values(status())) gauge.set(labels, value)
            },
        })
    }

    /** The counts are kept elsewhere, so it is set anew at each scrape. */
    private counter(name: string, help: string, values: Values): void {
        const { status } = this
        const labelNames = LABELS
        const counter = new Counter({
            ...{ name, help, labelNames, registers: [this.registry] },
            collect: () => {
                counter.reset()
                for (const [labels, value] of values(status())) counter.inc(labels, value)
            },
        })
    }
}

type Values = (status: ServeStatus) => readonly (readonly [Labels, number])[]

const LABELS = ["board", "code", "state", "thread", "verdict"]
