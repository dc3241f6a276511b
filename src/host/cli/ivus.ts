// The program `ivus`. Tests call main() instead.

import { dropLostOutput } from "./lost-output"
import { main } from "./main"

const args = process.argv.slice(2)
dropLostOutput([process.stdout, process.stderr], args[0])
const status = await main(args)
// 0 must not hide that results could not be printed.
if (status !== 0) process.exitCode = status
