// Runs the cases of a campaign in several processes.

import { fork, type ChildProcess } from "node:child_process"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import type { ResultLine } from "./results-file"
import type { Task } from "./worker"

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url))

/** Cases with the same cart stay in one process, which boots it once. */
function blocksOf(tasks: readonly Task[]): Task[][] {
    const blocks = new Map<string, Task[]>()
    for (const task of tasks) {
        const name = `${task.case.frontEnd} ${task.case.cart}`
        blocks.set(name, [...(blocks.get(name) ?? []), task])
    }
    return [...blocks.values()]
}

/** A block of one cart only is divided as well. */
function divided(blocks: Task[][], processes: number): Task[][] {
    if (blocks.length >= processes) return blocks
    const size = Math.ceil(Math.max(...blocks.map(b => b.length)) / processes)
    return blocks.flatMap(block =>
        Array.from({ length: Math.ceil(block.length / size) }, (_, i) =>
            block.slice(i * size, (i + 1) * size)
        )
    )
}

/** @param onResult called with each result as it comes */
export async function runInPool(
    tasks: readonly Task[],
    onResult: (result: ResultLine) => void,
    processes = availableParallelism()
): Promise<void> {
    if (tasks.length === 0) return
    const blocks = divided(blocksOf(tasks), processes)
    await Promise.all(
        Array.from({ length: Math.min(processes, blocks.length) }, () => work(blocks, onResult))
    )
}

/** One process takes block after block. @throws Error if it dies */
function work(blocks: Task[][], onResult: (result: ResultLine) => void): Promise<void> {
    return new Promise((resolve, reject) => {
        const child: ChildProcess = fork(WORKER, [], { execArgv: ["--import", "tsx"] })
        let block: Task[] = []
        let finished = false
        const next = (): void => {
            while (block.length === 0) {
                const taken = blocks.shift()
                if (!taken) {
                    finished = true
                    child.send("end")
                    return
                }
                block = [...taken]
            }
            child.send(block.shift()!)
        }
        child.on("message", (result: ResultLine) => {
            onResult(result)
            next()
        })
        child.on("exit", status => {
            if (finished) resolve()
            else reject(new Error(`a process of the campaign ended with status ${status}`))
        })
        next()
    })
}
