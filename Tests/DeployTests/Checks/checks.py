"""Checks of everything in deploy/ against the built binary. Usage: checks.py NAME; problems on standard output.

| check | of |
|---|---|
| schemas | every overlay, rendered, against the Kubernetes schemas, strictly |
| pods | security, secrets, files, ports, probes, arguments and variables of the rendered pods |
| compose | compose.yaml and its environment files |
| dockerfile | what it copies, runs and exposes |
| metrics | alerts and dashboard against MetricNames and docs/operations.md |
| generated | what generated.py makes |
| units | the systemd unit's arguments and files |
"""

import json
import os
import re
import subprocess
import sys
import tempfile

import yaml

import binary
import generated

ROOT = binary.ROOT
DEPLOY = f"{ROOT}/deploy"
OVERLAYS = sorted(os.listdir(f"{DEPLOY}/kubernetes/overlays"))
SCHEMA_VERSION = "1.34"
# Of operators: their schemas are not Kubernetes' own.
CUSTOM = {
    ("keda.sh/v1alpha1", "ScaledObject"),
    ("keda.sh/v1alpha1", "TriggerAuthentication"),
    ("kafka.strimzi.io/v1beta2", "KafkaTopic"),
    ("kafka.strimzi.io/v1beta2", "KafkaUser"),
    ("monitoring.coreos.com/v1", "ServiceMonitor"),
    ("monitoring.coreos.com/v1", "PrometheusRule"),
}
PATHS = {"/livez", "/readyz"}
SECRETS = "/run/secrets/deskpipe"


def read(path):
    with open(f"{ROOT}/{path}") as file:
        return file.read()


def rendered(overlay):
    folder = f"{DEPLOY}/kubernetes/overlays/{overlay}"
    done = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"{overlay} does not render: {done.stderr.strip()}")
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def environment_file(path):
    lines = [line for line in read(path).splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def schemas():
    import kubernetes_validate

    problems = []
    for overlay in OVERLAYS:
        for document in rendered(overlay):
            name = f"{overlay}: {document['kind']} {document['metadata']['name']}"
            if (document["apiVersion"], document["kind"]) in CUSTOM:
                continue
            if document["kind"] == "Secret":
                problems.append(f"{name}: secrets are given by reference only")
            try:
                kubernetes_validate.validate(document, SCHEMA_VERSION, strict=True)
            except Exception as error:
                problems.append(f"{name}: {str(error).splitlines()[0]}")
    return problems


def by_name(documents, kind):
    return {d["metadata"]["name"]: d for d in documents if d["kind"] == kind}


def mounted_files(spec, container, documents):
    """Paths that the container finds, and the directories of secrets whose keys this repository does not know."""
    maps, files, open_directories = by_name(documents, "ConfigMap"), set(), set()
    volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
    for mount in container.get("volumeMounts", []):
        volume, path = volumes[mount["name"]], mount["mountPath"]
        sources = [volume] if "configMap" in volume else volume.get("projected", {}).get("sources", [])
        for source in sources:
            if "configMap" in source:
                files |= {f"{path}/{key}" for key in maps[source["configMap"]["name"]]["data"]}
            elif "items" in source["secret"]:
                files |= {f"{path}/{item['path']}" for item in source["secret"]["items"]}
            else:
                open_directories.add(path)
    return files, open_directories


def pod_problems(overlay, documents, owner):
    problems, maps = [], by_name(documents, "ConfigMap")
    spec = owner["spec"]["template"]["spec"]
    component = owner["metadata"]["name"].removeprefix("deskpipe-")

    def problem(text):
        problems.append(f"{overlay}: {owner['kind']} {owner['metadata']['name']}: {text}")

    security = spec.get("securityContext", {})
    if not security.get("runAsNonRoot") or security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        problem("not restricted: runAsNonRoot, seccompProfile RuntimeDefault")
    if spec.get("automountServiceAccountToken") is not False:
        problem("mounts a token that nothing uses")
    if spec["serviceAccountName"] not in by_name(documents, "ServiceAccount"):
        problem("its ServiceAccount does not exist")
    names = {volume["name"] for volume in spec.get("volumes", [])}
    for container in spec["containers"]:
        own = container.get("securityContext", {})
        if own.get("allowPrivilegeEscalation") is not False or own.get("capabilities") != {"drop": ["ALL"]}:
            problem("not restricted: allowPrivilegeEscalation, capabilities")
        if not own.get("readOnlyRootFilesystem"):
            problem("its root file system can be written")
        if not container.get("resources", {}).get("requests") or "memory" not in container["resources"].get("limits", {}):
            problem("has no resources")
        problems.extend(f"{overlay}: {component}: {p}" for p in binary.check_arguments(container["args"]))
        variables = {}
        for source in container.get("envFrom", []):
            variables |= maps[source["configMapRef"]["name"]]["data"]
        variables |= {entry["name"]: entry.get("value", "x") for entry in container.get("env", [])}
        for name in variables:
            if not binary.is_variable(name):
                problem(f"the binary reads no {name}")
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in names or "subPath" in mount:
                problem(f"mount {mount['name']}: no such volume, or a subPath")
        files, directories = mounted_files(spec, container, documents)
        problems.extend(file_problems(f"{overlay}: {component}", container["args"], variables, files, directories, maps))
        problems.extend(probe_problems(f"{overlay}: {component}", container, variables))
    return problems


def file_problems(name, arguments, variables, files, directories, maps):
    """That the configuration is there and accepted, and that what it refers to is mounted."""
    problems = []
    config = arguments[arguments.index("--config") + 1]
    if config not in files:
        return [f"{name}: {config} is not mounted"]
    texts = [m["data"][os.path.basename(config)] for m in maps.values() if os.path.basename(config) in m["data"]]
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/deskpipe.yaml"
        with open(path, "w") as file:
            file.write(texts[0])
        problem = binary.check_configuration(path, variables)
        if problem:
            problems.append(f"{name}: {problem}")
    service = arguments[0]
    for key, value in variables.items():
        path = value.removeprefix("file:")
        if not path.startswith("/"):
            continue
        belongs = "WAREHOUSE" not in key or service == "loader"
        if belongs and path not in files and os.path.dirname(path) not in directories:
            problems.append(f"{name}: {key} names {path}, which is not mounted")
    return problems


def probe_problems(name, container, variables):
    problems = []
    ports = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
    listening = int(variables["DESKPIPE_HEALTH__LISTEN"].rsplit(":", 1)[1])
    for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
        probe = container.get(kind)
        if not ports:
            continue
        if not probe:
            problems.append(f"{name}: has no {kind}")
        elif probe["httpGet"]["path"] not in PATHS or ports.get(probe["httpGet"]["port"]) != listening:
            problems.append(f"{name}: {kind} asks where nothing answers")
    return problems


def secrets_of(document):
    spec = document["spec"]["template"]["spec"]
    sources = [s for v in spec.get("volumes", []) for s in v.get("projected", {}).get("sources", [])]
    return {source["secret"]["name"] for source in sources if "secret" in source}


def pods():
    problems = []
    for overlay in OVERLAYS:
        documents = rendered(overlay)
        sets, jobs = by_name(documents, "StatefulSet"), by_name(documents, "Job")
        deployments = by_name(documents, "Deployment")
        for owner in [*sets.values(), *deployments.values(), *jobs.values()]:
            problems += pod_problems(overlay, documents, owner)
        if not sets:
            continue
        if "deskpipe-warehouse" in secrets_of(sets["deskpipe-extractor"]):
            problems.append(f"{overlay}: the extractor sees the warehouse's secret")
        if "deskpipe-zendesk" in secrets_of(sets["deskpipe-loader"]):
            problems.append(f"{overlay}: the loader sees Zendesk's secrets")
        for owner in [*jobs.values(), *deployments.values()]:
            if {"deskpipe-warehouse", "deskpipe-zendesk"} & secrets_of(owner):
                problems.append(f"{overlay}: {owner['metadata']['name']} sees secrets that it does not need")
        for service in by_name(documents, "Service").values():
            selected = service["spec"]["selector"]
            owners = [*sets.values(), *deployments.values()]
            if not any(selected.items() <= o["spec"]["template"]["metadata"]["labels"].items() for o in owners):
                problems.append(f"{overlay}: the service {service['metadata']['name']} selects no pod")
        if {s["spec"]["serviceName"] for s in sets.values()} - set(by_name(documents, "Service")):
            problems.append(f"{overlay}: a StatefulSet names no service")
    return problems


def compose():
    problems = []
    parsed = yaml.safe_load(read("deploy/compose.yaml"))
    services = parsed["services"]
    for name, service in services.items():
        for other in service.get("depends_on", {}):
            if other not in services:
                problems.append(f"{name} depends on {other}, which is not there")
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("./") and not os.path.exists(f"{DEPLOY}/{source}"):
                problems.append(f"{name} mounts {source}, which is not there")
            if not source.startswith("./") and source not in parsed["volumes"]:
                problems.append(f"{name} mounts the volume {source}, which is not declared")
        if service.get("image") != "deskpipe":
            continue
        problems += [f"{name}: {p}" for p in binary.check_arguments(service["command"])]
        variables = {}
        for path in service["env_file"]:
            variables |= environment_file(f"deploy/{path}")
        variables |= service.get("environment", {})
        texts = [read(f"deploy/env/{file}") for file in ("connections.yaml", "deskpipe.yaml")]
        referenced = set(re.findall(r"env:([A-Z_]+)", " ".join([*texts, *variables.values()])))
        for variable in variables:
            if not binary.is_variable(variable) and variable not in referenced:
                problems.append(f"{name}: the binary reads no {variable}")
        config = service["command"][service["command"].index("--config") + 1]
        problem = binary.check_configuration(f"{DEPLOY}/env/{os.path.basename(config)}", variables)
        if problem:
            problems.append(f"{name}: {problem}")
        for foreign, word in (("extractor", "WAREHOUSE_PASSWORD"), ("loader", "ZENDESK_CLIENT_SECRET"),
            ("console", "WAREHOUSE_PASSWORD"), ("console", "ZENDESK_CLIENT_SECRET")):
            if name.startswith(foreign) and word in variables:
                problems.append(f"{name} is given {word}")
    return problems


def dockerfile():
    problems, stages, user = [], set(), None
    for line in read("deploy/Dockerfile").replace("\\\n", " ").splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] == "FROM":
            stages.add(words[3])
        elif words[0] == "COPY" and words[1].startswith("--from="):
            if words[1].removeprefix("--from=") not in stages:
                problems.append(f"`{line}` copies from no stage")
        elif words[0] == "COPY":
            problems += [f"`{line}`: {p} is not there" for p in words[1:-1] if not os.path.exists(f"{ROOT}/{p}")]
        elif words[0] == "USER":
            user = words[1]
        elif words[0] == "HEALTHCHECK":
            command = json.loads(line[line.index("CMD") + 3 :])
            problems += binary.check_arguments(command[1:])
        elif words[0] == "EXPOSE" and words[1] != "9464":
            problems.append("another port is exposed than the one that health.listen has by default")
        elif words[0] == "ENV" and not binary.is_variable(words[1].split("=")[0]):
            problems.append(f"the binary reads no {words[1]}")
    if user in (None, "root", "0"):
        problems.append("it runs as root")
    return problems


def declared_metrics():
    """Name to labels, out of MetricNames.swift."""
    text = read("Shared/ServiceRuntime/Metrics/MetricNames.swift")
    metrics = {}
    for name, rest in re.findall(r'MetricDefinition\(\s*"([a-z_]+)",(.*?)"[^"]*\.?"\s*\)', text, re.S):
        labels = re.search(r"labels: \[([^\]]*)\]", rest)
        metrics[name] = set(re.findall(r'"([a-z_]+)"', labels.group(1))) if labels else set()
    return metrics


def expression_problems(where, expression, metrics):
    problems = []
    for name in re.findall(r"\b((?:extractor|loader|deskpipe|process)_[a-z_]+)\b", expression):
        if re.sub(r"_(bucket|sum|count)$", "", name) not in metrics and name not in metrics:
            problems.append(f"{where}: there is no metric {name}")
    for name, selector in re.findall(r"\b([a-z_]+)\{([^}]*)\}", expression):
        for label in re.findall(r"([a-z_]+)\s*=", selector):
            if label not in metrics.get(name, set()) | {"instance", "le"}:
                problems.append(f"{where}: {name} has no label {label}")
    return problems


def metrics():
    problems, known = [], declared_metrics()
    operations = read("docs/operations.md")
    if len(known) < 20:
        problems.append(f"only {len(known)} metrics were found in MetricNames.swift")
    for name in known:
        if f"`{name}" not in operations:
            problems.append(f"docs/operations.md does not explain the metric {name}")
    for group in yaml.safe_load(read("deploy/alerts/deskpipe.rules.yaml"))["groups"]:
        for rule in group["rules"]:
            problems += expression_problems(rule["alert"], rule["expr"], known)
            if f"`{rule['alert']}`" not in operations:
                problems.append(f"docs/operations.md does not explain the alert {rule['alert']}")
    dashboard = json.loads(read("deploy/grafana/deskpipe.json"))
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            problems += expression_problems(panel["title"], target["expr"], known)
    return problems


def units():
    text = read("deploy/systemd/deskpipe.service")
    problems = []
    command = re.search(r"^ExecStart=@PREFIX@/bin/deskpipe (.*)$", text, re.M).group(1).split()
    problems += binary.check_arguments(command)
    for setting in ("User=", "StateDirectory=", "LoadCredential=", "Restart=on-failure", "ProtectSystem=strict"):
        if f"\n{setting}" not in text:
            problems.append(f"the unit has no {setting}")
    return problems


CHECKS = {
    "schemas": schemas,
    "pods": pods,
    "compose": compose,
    "dockerfile": dockerfile,
    "metrics": metrics,
    "generated": lambda: generated.main("check"),
    "units": units,
}


if __name__ == "__main__":
    try:
        found = CHECKS[sys.argv[1]]()
    except AssertionError as error:
        found = [str(error)]
    print("\n".join(found))
    sys.exit(1 if found else 0)
