//===- node_server.js - a server whose handlers stall ---------------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: node node_server.js PORT SLOW-FILE
//
// Each path but / blocks the loop in another way, in a function of its own.
//
//===----------------------------------------------------------------------===//
'use strict';

const { execSync } = require('child_process');
const fs = require('fs');
const http = require('http');

const [port, slowFile] = process.argv.slice(2);
const milliseconds = 40;

function readSlowFile() {
  return String(fs.readFileSync(slowFile).length);
}

function waitForNobody() {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return Atomics.wait(cell, 0, 0, milliseconds);
}

function runCommand() {
  return String(execSync(`sleep ${milliseconds / 1000}; echo done`)).trim();
}

function sumNumbers() {
  const end = process.hrtime.bigint() + BigInt(milliseconds) * 1000000n;
  let sum = 0;
  while (process.hrtime.bigint() < end)
    for (let i = 0; i < 20000; i++)
      sum = (sum + i * i) % 1000003;
  return String(sum);
}

const handlers = {
  '/': () => String(process.pid),
  '/file': readSlowFile,
  '/wait': waitForNobody,
  '/command': runCommand,
  '/sum': sumNumbers,
};

const server = http.createServer((request, response) => {
  const handler = handlers[request.url];
  const body = handler ? handler() : '';
  response.writeHead(handler ? 200 : 404, { 'Content-Length': body.length });
  response.end(body);
});
server.keepAliveTimeout = 60000;
server.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
