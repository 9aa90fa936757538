import re
import struct
import sys
import time

import psutil

began = time.monotonic_ns()
root = psutil.Process(int(sys.argv[1]))
tree = root.children(recursive=True) + [root]
for process in tree:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        pass
psutil.wait_procs(tree, timeout=60)
returned = time.monotonic_ns()
sys.stdin.buffer.read()
gone = time.monotonic_ns()
status = open("/proc/self/status").read()
own = (int(re.search(field + r":\s*(\d+)", status)[1]) for field in ("VmHWM", "FDSize"))
sys.stdout.buffer.write(struct.pack("=4Q", returned - began, gone - began, *own))
