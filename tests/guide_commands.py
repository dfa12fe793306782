#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The commands that guides print, against Alibaba's own metadata: each is taken apart by a shell and as the aliyun program does, and its
action, parameters, their places and types are looked up. One script is carried out on the simulator, too: it makes what the guide makes.
Run in the build folder; the folder of the metadata is an argument, $PEERDECK_API_META, or ../shared/api-meta beside the tree."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.abspath(os.environ.get("srcdir") or os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, "tests/wire"))
import guide  # noqa: E402

OWN = {"region", "profile", "header", "body"}
TYPES = {"String": str, "Boolean": bool, "Number": (int, float), "Integer": int, "Long": int, "Float": (int, float), "Double": (int, float),
         "Array": list, "RepeatList": list, "Struct": dict, "Map": dict, "Object": dict}
TEXTS = {"Boolean": "true|false", "Integer": "-?[0-9]+", "Long": "-?[0-9]+", "Number": r"-?[0-9]+(\.[0-9]+)?", "Float": r"-?[0-9]+(\.[0-9]+)?",
         "Double": r"-?[0-9]+(\.[0-9]+)?"}


class Wrong(Exception):
    pass


def metadata_folder():
    for folder in (sys.argv[1:2] + [os.environ.get("PEERDECK_API_META"), os.path.join(SOURCE, "../shared/api-meta")]):
        if folder and os.path.exists(os.path.join(folder, "ecs.json")):
            return os.path.abspath(folder)
    return None


def words_of(arguments):
    plain, flags, at = [], {}, 0
    while at < len(arguments):
        word = arguments[at]
        if word.startswith("--"):
            if at + 1 >= len(arguments):
                raise Wrong(f"{word} has no value")
            if word[2:] in flags:
                raise Wrong(f"{word} stands twice")
            at += 1
            flags[word[2:]] = arguments[at]
        else:
            plain.append(word)
        at += 1
    return plain, flags


def check_node(row, value, name):
    """A value of a JSON body or text against its row."""
    kind = row.get("type")
    if row.get("deprecated"):
        raise Wrong(f"{name} is deprecated")
    wanted = TYPES.get(kind)
    if wanted and (not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool)):
        raise Wrong(f"{name} is {json.dumps(value)}, which is no {kind}")
    if row.get("enum") and isinstance(value, str) and value not in row["enum"]:
        raise Wrong(f"{name} is {value}, not one of {row['enum']}")
    rows = {sub["name"]: sub for sub in row.get("sub_parameters") or []}
    if isinstance(value, dict) and rows:
        for key, inner in value.items():
            if key not in rows:
                raise Wrong(f"{name} has no member {key}")
            check_node(rows[key], inner, f"{name}.{key}")
        for key, sub in rows.items():
            if sub.get("required") and key not in value:
                raise Wrong(f"{name} lacks {key}")
    for inner in value if isinstance(value, list) else []:
        if row.get("itemType"):
            check_node({"type": row["itemType"]}, inner, name + "[]")
        elif rows:
            check_node({"type": "Struct", "sub_parameters": row["sub_parameters"]}, inner, name + "[]")


def check_flag(rows, name, value):
    # Some names hold dots themselves.
    first = next((row for row in rows if "." in row and (name == row or name.startswith(row + "."))), name.split(".")[0])
    parts = [first] + [part for part in name[len(first) + 1:].split(".") if part]
    row = rows.get(first)
    if not row:
        raise Wrong(f"there is no parameter {first}")
    if row.get("deprecated"):
        raise Wrong(f"{name} is deprecated")
    if row.get("encoding") == "json" or row.get("type") == "Json":
        check_node({"type": "Array" if value.startswith("[") else "Struct", "sub_parameters": row.get("sub_parameters"), "itemType": row.get("itemType")},
                   json.loads(value), name)
        return
    at = 1
    while at < len(parts):
        if row.get("type") in ("RepeatList", "Array"):
            if not re.fullmatch("[1-9][0-9]*", parts[at]):
                raise Wrong(f"{name}: {parts[at]} is no number of an element")
            row = {"type": "Struct", "sub_parameters": row["sub_parameters"]} if row.get("sub_parameters") else {"type": row.get("itemType") or "String"}
        else:
            row = {sub["name"]: sub for sub in row.get("sub_parameters") or []}.get(parts[at])
            if not row:
                raise Wrong(f"there is no parameter {name}")
        at += 1
    if row.get("type") in ("RepeatList", "Array", "Struct"):
        raise Wrong(f"{name} is a {row['type']} and cannot be {value}")
    pattern = TEXTS.get(row.get("type"))
    if pattern and not re.fullmatch(pattern, value):
        raise Wrong(f"{name} is {value}, which is no {row['type']}")
    # Filters such as Status take several, separated by commas.
    if row.get("enum") and not set(value.split(",")) <= {str(one) for one in row["enum"]}:
        raise Wrong(f"{name} is {value}, not one of {row['enum']}")
    if row.get("maxLength") and len(value) > row["maxLength"]:
        raise Wrong(f"{name} is longer than {row['maxLength']}")


def stands(path, flags, body):
    """Whether a parameter, or a member of the body, is given."""
    node = body
    for part in path.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node not in (None, "", []) or path in flags or any(name.startswith(path + ".") for name in flags)


def check_required(operation, flags, body):
    for row in operation["parameters"]:
        if row.get("required") and row["name"] not in flags and not any(name.startswith(row["name"] + ".") for name in flags) and \
                not (row["name"] == "RegionId" and "region" in flags):
            raise Wrong(f"{row['name']} is missing")
    for wanted in operation.get("requiredInPractice") or []:
        wanted = re.sub(r" \(.*\)", "", wanted)
        if "=" in wanted:
            name, value = wanted.split("=")
            if flags.get(name) != value:
                raise Wrong(f"{name} is not {value}")
            continue
        if wanted == "RegionId" or any(all(stands(one, flags, body) for one in choice.split("+")) for choice in wanted.split(" or ")):
            continue
        raise Wrong(f"{wanted} is missing")


def check(folder, arguments):
    plain, flags = words_of(arguments)
    for name, value in flags.items():
        if "${" in value or value in ("", "null"):
            raise Wrong(f"{name} is {value!r}")
    if plain[:1] == ["oss"]:
        places = [word for word in plain[2:] if word.startswith("oss://")]
        if plain[1] not in ("cp", "rm", "stat", "mb") or len(places) != 1 or len(plain) != (4 if plain[1] == "cp" else 3):
            raise Wrong("no such command of oss")
        if not set(flags) <= OWN:
            raise Wrong(f"flags {set(flags) - OWN}")
        return "oss." + plain[1]
    with open(os.path.join(folder, plain[0] + ".json")) as file:
        operations = json.load(file)["operations"]
    if len(plain) == 3:
        found = [name for name, one in operations.items() if one["method"] == plain[1] and
                 re.fullmatch(re.sub(r"\\\[\w+\\\]", "[^/]+", re.escape(one["path"])), plain[2])]
        plain[1:] = found[:1]
    if len(plain) != 2 or plain[1] not in operations:
        raise Wrong(f"there is no operation {' '.join(plain)}")
    operation = operations[plain[1]]
    if operation.get("deprecated"):
        raise Wrong(f"{plain[1]} is deprecated")
    rows, body = {row["name"]: row for row in operation["parameters"]}, None
    if "body" in flags:
        row = rows.get("body") or next((one for one in operation["parameters"] if one.get("position") == "Body"), None)
        if not row:
            raise Wrong(f"{plain[1]} takes no body")
        if flags.get("header") != "Content-Type=application/json":
            raise Wrong("a JSON body is announced by its header")
        body = json.loads(flags["body"])
        if row["name"] == "body":
            check_node(row, body, "body")
        else:
            check_node({"type": "Struct", "sub_parameters": [one for one in operation["parameters"] if one.get("position") == "Body"]}, body, "body")
    for name, value in flags.items():
        if name not in OWN or (name in rows and name != "body"):
            check_flag(rows, name, value)
    check_required(operation, flags, body)
    return f"{plain[0]}.{plain[1]}"


# Without waiting, and without a judgement on answers that are samples.
QUICK = 'holds() { shift; "$@" >/dev/null; }\nrefused() { shift; "$@" >/dev/null; }\nwait_for() { shift 3; answer=$("$@"); }\n'


def recorded(folder, script, home):
    """Carries the script out with programs that only note how they are called."""
    tools, log = os.path.join(home, "tools"), os.path.join(home, "called")
    os.makedirs(tools, exist_ok=True)
    for name in ("kubectl", "helm", "peerdeck"):
        with open(os.path.join(tools, name), "w") as file:
            # The one namespace that is asked for is there.
            file.write("#!/bin/sh\ncase \"$*\" in 'get namespaces '*) echo namespace/confidential-containers-system ;; esac\n")
        os.chmod(os.path.join(tools, name), 0o755)
    for name in ("aliyun", "docker", "make", "adaptor.sh"):
        shutil.copy(os.path.join(SOURCE, "tests/stand-ins", name), tools)
    with open(script) as file:
        text = file.read()
    at = text.index("\nexport ")
    with open(script + ".quick", "w") as file:
        file.write(text[:at] + "\n" + QUICK + text[at:])
    if os.path.exists(log + ".aliyun"):
        os.unlink(log + ".aliyun")
    done = subprocess.run(["sh", script + ".quick"], env=dict(PATH=tools + ":" + os.environ["PATH"], HOME=home, STAND_IN_LOG=log, PEERDECK_API_META=folder),
                          cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise Wrong(f"the script ends with {done.returncode}: {done.stderr[-600:]}")
    with open(log + ".aliyun") as file:
        return [json.loads(line) for line in file]


def flavours(world, names):
    image, checkout = world.home + "/podvm.qcow2", world.home + "/checkout"
    with open(image, "wb") as file:
        file.truncate(1 << 20)
    for file in ("install/overlays/alibabacloud/patch.yaml", "install/overlays/alibabacloud/kustomization.yaml", "podvm/Dockerfile.podvm.alinux", "Dockerfile"):
        os.makedirs(os.path.dirname(f"{checkout}/{file}"), exist_ok=True)
        open(f"{checkout}/{file}", "w").close()
    object_in = f'BUCKET = "{world.ready["bucket"]}";\nOBJECT = "podvm.qcow2";\n'
    old = f'CAA_VERSION = "0.17.0";\nDEPLOY = "make";\nCAA_FOLDER = "{checkout}";\n'
    there = f'CLUSTER = "existing";\nEXISTING_CLUSTER_ID = "{names["CLUSTER_ID"]}";\nINTERNET = "gateway";\nEXISTING_GATEWAY_ID = "{names["GATEWAY_ID"]}";\n'
    inside = f'NETWORK = "existing";\nEXISTING_VPC_ID = "{names["VPC_ID"]}";\nEXISTING_VSWITCH_ID = "{names["VSWITCH_ID"]}";\n'
    return {
        "helm": 'DEPLOY = "helm";\n',
        "helm, all of it": f'RESOURCE_CTRL = true;\nBUILD_CAA = true;\nCAA_FOLDER = "{checkout}";\nCAA_IMAGE = "registry.example/me/cloud-api-adaptor";\n',
        "make": old,
        "make image": old + 'BUILD_CAA = true;\nCAA_IMAGE = "registry.example/me/cloud-api-adaptor";\nCAA_TAG = "v1";\n',
        "ordinary VMs": 'DISABLECVM = true;\nKEY_PAIR = "mine";\n',
        "own image": 'IMAGE = "own";\n',
        "import": 'IMAGE = "import";\n' + object_in,
        "upload": f'IMAGE = "upload";\nIMAGE_FILE = "{image}";\n' + object_in,
        "new bucket": f'IMAGE = "upload";\nIMAGE_FILE = "{image}";\nNEW_BUCKET = true;\nBUCKET = "of-nobody-yet";\nOBJECT = "podvm.qcow2";\n',
        "build": f'IMAGE = "build";\nPODVM_FOLDER = "{checkout}";\n' + object_in,
        "service roles": 'SERVICE_ROLES = "create";\nIMAGE = "import";\n' + object_in,
        "gateway of ACK": 'INTERNET = "ack";\n',
        "no Internet": 'INTERNET = "none";\n',
        "existing network": inside,
        "existing cluster": there,
    }


def exports_of(text):
    return dict(line[7:].split("=", 1) for line in text.split("\n") if line.startswith("export "))


def check_flavours(folder):
    failed, seen = 0, set()
    with guide.World() as world:
        listed = [line.split()[0] for line in world.guide("list").stdout.split("\n") if re.match("[a-z]+/", line)]
        for unknown in set(listed) ^ {guide.NAME}:
            failed += 1
            print(f"FAIL {unknown}: its flavours are not known here")
        before = world.run('CLUSTER_NAME = "first";\n')
        guide.ended(before, 0)
        names = exports_of(world.guide("export", guide.NAME).stdout)
        for flavour, answers in flavours(world, names).items():
            script = world.home + "/script.sh"
            other = dict(XDG_STATE_HOME=world.home + "/other")
            if "CLUSTER_NAME" not in answers:
                answers += 'CLUSTER_NAME = "second";\n'
            result = world.guide("plan", guide.NAME, "--answers", world.answers(answers), "--script", script, **other)
            if not os.path.exists(script):
                failed += 1
                print(f"FAIL {flavour}: no script: {result.stdout[-600:]} {result.stderr[-600:]}")
                continue
            try:
                calls = recorded(folder, script, world.home)
            except Wrong as reason:
                failed += 1
                print(f"FAIL {flavour}: {reason}")
                continue
            mistakes = 0
            for call in calls:
                try:
                    seen.add(check(folder, call))
                except (Wrong, json.JSONDecodeError, OSError) as reason:
                    mistakes += 1
                    print(f"FAIL {flavour}: aliyun {' '.join(call[:2])}: {reason}")
            failed += mistakes
            if not mistakes:
                print(f"pass {flavour}: {len(calls)} commands", flush=True)
            os.unlink(script)
    print(f"operations: {' '.join(sorted(seen))}")
    return failed


RUN = re.compile(r"\bpd[0-9a-f]{12}\b")


def deeds(world):
    """What there is by the simulator's truth, and what the cluster was told; times and uids aside."""
    vms = sorted((vm["name"], vm["status"], vm["made_by"], (vm.get("in_use_by") or {}).get("pod")) for vm in world.truth("vms"))
    told = ""
    config = glob.glob(world.home + "/**/kubeconfig", recursive=True)
    if shutil.which("kubectl") and config:
        told = subprocess.run(["kubectl", "--kubeconfig", config[0], "get", "namespaces,configmaps,secrets,serviceaccounts,daemonsets,pods,runtimeclasses,nodes",
                               "--all-namespaces", "-o", 'jsonpath={range .items[*]}{.kind} {.metadata.namespace} {.metadata.name} {.metadata.labels} {.data} {.status.phase}{"\\n"}{end}'],
                              capture_output=True, text=True, timeout=60, check=True).stdout
    # A release keeps its values as they were written: quotes differ where the script fills in a name.
    told = re.sub(r'\{"release":"[^"]*"\}', "", told)
    return {"resources": world.truth(), "vms": vms, "cluster": sorted(line for line in told.split("\n") if " kube-root-ca.crt " not in line)}


def carried_out(folder, answers, run, tools):
    """The truth after the script, as which it stands for the run `run`; and what it said."""
    with guide.World() as world:
        script = world.home + "/script.sh"
        guide.ended(world.guide("plan", guide.NAME, "--answers", answers(world), "--script", script), 0)
        with open(script) as file:
            text = file.read()
        with open(script, "w") as file:
            file.write(text.replace(RUN.search(text).group(0), run))
        path = f"{tools}:{guide.BUILD}:{SOURCE}/tests/stand-ins:" + os.environ["PATH"]
        done = subprocess.run(["sh", script], env=world.environment(PATH=path, PEERDECK_API_META=folder), cwd=world.home, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=180)
        return deeds(world), done


def without_sleep(folder):
    tools = os.path.join(folder, "quick")
    os.makedirs(tools)
    with open(tools + "/sleep", "w") as file:
        file.write("#!/bin/sh\nexec /bin/sleep 0.01\n")
    os.chmod(tools + "/sleep", 0o755)
    return tools


def check_deed(folder):
    """The script makes what the guide makes, to the last tag: a call that it lacks, or that says something else, shows."""
    whole = bool(shutil.which("kubectl"))

    def answers(world):
        return guide.ANSWERS if whole else world.answers("")

    with guide.World() as world:
        result = world.guide("run", guide.NAME, "--yes", "--answers", answers(world))
        guide.ended(result, 0)
        run, wanted = RUN.search(result.stdout).group(0), deeds(world)
    with tempfile.TemporaryDirectory() as tools:
        made, done = carried_out(folder, answers, run, without_sleep(tools))
    if done.returncode:
        print(f"FAIL the script on the simulator ends with {done.returncode}: {done.stderr[-900:]}")
        return 1
    failed = 0
    for part in made:
        pairs = made[part].items() if isinstance(made[part], dict) else [(part, made[part])]
        for kind, things in pairs:
            other = wanted[part][kind] if isinstance(wanted[part], dict) else wanted[part]
            if things != other:
                failed += 1
                print(f"FAIL the script makes another {kind}: {[one for one in things if one not in other][:2]} for {[one for one in other if one not in things][:2]}")
    if not failed:
        print(f"pass the script on the simulator: {sum(map(len, made['resources'].values()))} things as the guide makes them")
    return failed


def main():
    folder = metadata_folder()
    if not folder or not shutil.which("jq"):
        print("no metadata, or no jq: skipped")
        return 77
    failed = check_flavours(folder) + check_deed(folder)
    print(f"{failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
