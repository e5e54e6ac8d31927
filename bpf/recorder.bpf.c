/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The recorder's kernel side: one object, a header for each probe family.
 *
 * Only tp_btf tracepoints, cgroup socket hooks and a few system-call tracepoints: kernels that refuse
 * kprobes, fentry and BPF LSM (hosted runners, microVMs) take all of these. */

#include "bpf/engines.bpf.h"
#include "bpf/files.bpf.h"
#include "bpf/inspect.bpf.h"
#include "bpf/local.bpf.h"
#include "bpf/names.bpf.h"
#include "bpf/network.bpf.h"
#include "bpf/process.bpf.h"
#include "bpf/survey.bpf.h"

/* Helpers that read memory are for programs under the GPL. */
char LICENSE[] SEC("license") = "GPL";
