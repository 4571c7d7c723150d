"""A process with DESCRIPTORS files open and MAPPINGS mappings, from the start; it ends with its standard input.

    hoard.py FILE DESCRIPTORS MAPPINGS
"""
import mmap
import sys

path, descriptors, mappings = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
files = [open(path, "rb") for _ in range(descriptors)]
# Neighbours of the same rights would become one.
rights = [mmap.PROT_READ, mmap.PROT_READ | mmap.PROT_WRITE]
parts = [mmap.mmap(files[0].fileno(), 4096, mmap.MAP_PRIVATE, rights[i % 2]) for i in range(mappings)]
print("ready", flush=True)
sys.stdin.read()
