/* Imports the modules that it is given, in order, and prints what that took. */
const before = process.cpuUsage();
const start = performance.now();
for (const name of process.argv.slice(2)) await import(name);
const wall = performance.now() - start;
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ wall, cpu: (user + system) / 1000 }));
