"""Writes, or compares, what is made of other files: topics and users for Strimzi, alerts for the Prometheus operator.

Usage: generated.py write|check
"""

import sys

import yaml

import binary

ROOT = binary.ROOT
NAMESPACE = "deskpipe"
DAY = 86_400_000
HEAD = "# Made by Tests/DeployTests/Checks/generated.py; a test compares.\n"


def topic(name, cleanup, retention, max_bytes):
    config = {
        "cleanup.policy": cleanup,
        "max.message.bytes": max_bytes,
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": 2,
    }
    if retention:
        config["retention.ms"] = retention * DAY
    if "compact" in cleanup:
        config |= {"segment.ms": 3_600_000, "segment.bytes": 64 << 20}
    return {
        "apiVersion": "kafka.strimzi.io/v1beta2",
        "kind": "KafkaTopic",
        "metadata": {
            "name": f"{NAMESPACE}.{name.replace('_', '-')}",
            "labels": {"strimzi.io/cluster": "kafka"},
        },
        "spec": {"topicName": f"{NAMESPACE}.{name}", "partitions": 12, "replicas": 3, "config": config},
    }


def topics():
    made = [topic(f"records.{source}.{stream}", "delete", 7, 8 << 20) for source, stream in binary.streams()]
    made += [topic(name, "compact", None, 1 << 20) for name in ("bookmarks", "connections", "credentials")]
    made.append(topic("commands", "delete", 7, 1 << 20))
    made.append(topic("progress", "compact,delete", 1, 1 << 20))
    made += [topic(n, "delete", 60, 1 << 20) for n in ("reports.extraction", "reports.loading", "logs.extraction")]
    made.append(topic("rejected", "delete", 30, 8 << 20))
    return made


def acl(kind, name, operations, prefix=True):
    resource = {"type": kind}
    if kind != "cluster":
        resource |= {"name": name, "patternType": "prefix" if prefix else "literal"}
    return {"resource": resource, "operations": operations}


def user(service, acls, quotas=None):
    spec = {"authentication": {"type": "scram-sha-512"}, "authorization": {"type": "simple", "acls": acls}}
    if quotas:
        spec["quotas"] = quotas
    return {
        "apiVersion": "kafka.strimzi.io/v1beta2",
        "kind": "KafkaUser",
        "metadata": {"name": f"{NAMESPACE}.{service}", "labels": {"strimzi.io/cluster": "kafka"}},
        "spec": spec,
    }


def users():
    read, write, look = ["Read", "Describe"], ["Write", "Describe"], ["Describe", "DescribeConfigs"]
    every = acl("topic", f"{NAMESPACE}.", look)

    def exact(name, operations):
        return acl("topic", f"{NAMESPACE}.{name}", operations, prefix=False)

    extractor = [
        # First: overlays name it by its place.
        acl("transactionalId", f"{NAMESPACE}/", ["Describe", "Write"]),
        every,
        acl("topic", f"{NAMESPACE}.records.", write),
        exact("bookmarks", ["Read", "Write", "Describe"]),
        exact("connections", read),
        exact("credentials", ["Read", "Write", "Describe"]),
        exact("commands", read),
        exact("progress", write),
        exact("reports.extraction", write),
        exact("logs.extraction", write),
        acl("group", f"{NAMESPACE}.extractor", ["Read"], prefix=False),
    ]
    loader = [
        every,
        acl("topic", f"{NAMESPACE}.records.", read),
        exact("connections", read),
        exact("reports.loading", write),
        exact("rejected", write),
        acl("group", f"{NAMESPACE}.loader", ["Read"], prefix=False),
    ]
    console = [
        every,
        *[exact(name, read) for name in ("bookmarks", "progress", "reports.extraction", "reports.loading")],
        *[exact(name, read) for name in ("logs.extraction", "rejected")],
        exact("connections", ["Read", "Write", "Describe"]),
        exact("commands", ["Read", "Write", "Describe"]),
    ]
    apply = [
        acl("topic", f"{NAMESPACE}.", look + ["Create", "AlterConfigs"]),
        exact("connections", ["Read", "Write", "Describe"]),
        exact("commands", write),
    ]
    return [user("extractor", extractor), user("loader", loader), user("console", console), user("apply", apply)]


def rules():
    with open(f"{ROOT}/deploy/alerts/deskpipe.rules.yaml") as file:
        spec = yaml.safe_load(file)
    return [
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {"name": "deskpipe"},
            "spec": spec,
        }
    ]


FILES = {
    "deploy/kubernetes/components/strimzi/topics.yaml": topics,
    "deploy/kubernetes/components/strimzi/users.yaml": users,
    "deploy/kubernetes/components/monitoring/rules.yaml": rules,
}


def text(documents):
    return HEAD + yaml.safe_dump_all(documents, sort_keys=False, width=120)


def main(mode):
    differing = []
    for path, make in FILES.items():
        wanted = text(make())
        if mode == "write":
            with open(f"{ROOT}/{path}", "w") as file:
                file.write(wanted)
            continue
        with open(f"{ROOT}/{path}") as file:
            if file.read() != wanted:
                differing.append(f"{path} is not what generated.py writes")
    return differing


if __name__ == "__main__":
    problems = main(sys.argv[1])
    print("\n".join(problems))
    sys.exit(1 if problems else 0)
