"""What the corpus programs work on, made from a seed."""
import json
import random

WORDS = ("the of loop server a request in data time node reader until parse buffer value not every cost round first "
         "connection with which block it thread handler index between system other").split()
LUA = """\
local words, count = {}, {}
for line in io.lines(arg[1]) do
  for w in line:gmatch("%a+") do words[#words + 1] = w:lower(); count[w] = (count[w] or 0) + 1 end
end
table.sort(words)
local keys = {}
for k in pairs(count) do keys[#keys + 1] = k end
table.sort(keys, function(a, b) return count[a] > count[b] or count[a] == count[b] and a < b end)
local out = {}
for i, k in ipairs(keys) do out[#out + 1] = string.format("%s=%d:%g", k, count[k], math.sqrt(i)) end
local s = table.concat(out, ","):gsub("(%a+)=", "<%1>"):upper():reverse()
print(#s, s:find("zzz", 1, true), #words)
local sieve = {}
for i = 2, 300000 do sieve[i] = true end
for i = 2, 550 do if sieve[i] then for j = i * i, 300000, i do sieve[j] = false end end end
local f = load("local t = 0; for i = 1, 1000000 do t = t + i % 7 end; return t")
print(f(), utf8.len(s), string.pack("i4i8z", 1, 2, "x"):byte(1, -1))
for i = 1, 3000 do load("local a = {" .. string.rep("1,", i % 50) .. "}; return function(x) return x + " .. i .. " end") end
"""


def value(draw, depth):
    if depth == 0 or draw.random() < 0.2:
        return draw.choice([draw.randrange(100000), round(draw.uniform(-1e4, 1e4), 4), True, None,
                            " ".join(draw.choices(WORDS, k=draw.randrange(1, 12))), "a\"b\n" + draw.choice(WORDS)])
    if draw.random() < 0.4:
        return [value(draw, depth - 1) for _ in range(draw.randrange(1, 9))]
    return {f"{draw.choice(WORDS)}{i}": value(draw, depth - 1) for i in range(draw.randrange(1, 9))}


def as_xml(item, name="item"):
    if isinstance(item, dict):
        return f"<{name}>" + "\n".join(as_xml(v, k) for k, v in item.items()) + f"</{name}>"
    if isinstance(item, list):
        return f"<{name} n=\"{len(item)}\">" + "".join(as_xml(v) for v in item) + f"</{name}>"
    return f"<{name} kind=\"leaf\">{str(item).replace('<', '&lt;')}</{name}>"


def as_yaml(item, indent=0):
    pad = "\n" + "  " * indent
    if isinstance(item, dict):
        return "".join(f"{pad}{k}: {as_yaml(v, indent + 1)}" for k, v in item.items())
    if isinstance(item, list):
        return "".join(f"{pad}- {as_yaml(v, indent + 1)}" for v in item)
    return json.dumps(item)


def write(folder, seed, texts):
    """Writes the inputs into FOLDER; TEXTS are files of real text. Returns their names."""
    draw = random.Random(seed)
    data = [value(draw, 5) for _ in range(400)]
    text = b"".join(path.read_bytes() for path in texts)[:3_000_000]
    sentences = [" ".join(draw.choices(WORDS, k=draw.randrange(4, 20))) for _ in range(4000)]
    marks = ["# {}\n", "* {}\n", "> *{}*\n", "{}\n", "{} [link](http://a.b/c \"t\")\n", "    {}\n", "1. **{}** `code`\n", "{} <b>x</b> &amp;\n"]
    files = {
        "text": text,
        "json": json.dumps(data, indent=1).encode(),
        "xml": ("<?xml version=\"1.0\"?>\n" + as_xml(data, "root")).encode(),
        "yaml": as_yaml(data[:150]).lstrip("\n").encode() + b"\n",
        "markdown": "\n".join(draw.choice(marks).format(s) for s in sentences).encode(),
    }
    files["lua"] = LUA.replace("arg[1]", repr(str(folder / "words.txt")).replace("'", '"')).encode()
    (folder / "words.txt").write_bytes(text[:600_000])
    for name, content in files.items():
        (folder / f"input.{name}").write_bytes(content)
    return {name: folder / f"input.{name}" for name in files}
