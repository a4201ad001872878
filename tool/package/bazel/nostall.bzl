"""nostall in Bazel: a summary for each source, as an action of its own.

In WORKSPACE, with the folder that this file is installed in:

    local_repository(name = "nostall", path = "/usr/share/nostall/bazel")
    load("@nostall//:nostall.bzl", "nostall_program")
    nostall_program()

In a BUILD file:

    load("@nostall//:nostall.bzl", "nostall_test")
    nostall_test(name = "stalls", targets = [":server"])

`bazel test :stalls` summarises the C and C++ sources of the targets and of all
that they depend on, links, and checks. `bazel build` with
`--aspects=@nostall//:nostall.bzl%nostall_summaries --output_groups=nostall`
makes the summaries only.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "C_COMPILE_ACTION_NAME", "CPP_COMPILE_ACTION_NAME")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

NostallInfo = provider(
    doc = "What has been summarised.",
    fields = {"summaries": "a depset of files: the target's and its dependencies'"},
)

_C = ["c"]
_CXX = ["cc", "cpp", "cxx", "c++", "C"]

def _find_program(ctx):
    path = ctx.attr.path or ctx.which("nostall")
    if not path:
        fail("nostall is not in PATH; name it: nostall_program(path = ...)")
    ctx.symlink(path, "nostall")

    # So that another nostall makes other summaries: the program proper.
    library = ctx.path(path).realpath.dirname.dirname.get_child("lib").get_child("nostall")
    ctx.symlink(library, "lib")
    ctx.file("BUILD", """
exports_files(["nostall"])
filegroup(name = "files", srcs = ["nostall"] + glob(["lib/**"]), visibility = ["//visibility:public"])
""")

_program = repository_rule(
    implementation = _find_program,
    attrs = {"path": attr.string(doc = "The program; looked for in PATH when empty.")},
    environ = ["PATH"],
    local = True,
)

def nostall_program(path = ""):
    """Makes the installed program known to Bazel."""
    _program(name = "nostall_program", path = path)

def _compile_command(ctx, target, source, is_c, output):
    """The compiler and its arguments for `source`, as Bazel compiles it."""
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    context = target[CcInfo].compilation_context
    cpp = ctx.fragments.cpp
    flags = cpp.copts + (cpp.conlyopts if is_c else cpp.cxxopts)
    for option in getattr(ctx.rule.attr, "copts", []):
        flags = flags + [ctx.expand_make_variables("copts", option, {})]
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        user_compile_flags = flags,
        source_file = source.path,
        output_file = output.path,
        include_directories = context.includes,
        quote_include_directories = context.quote_includes,
        system_include_directories = context.system_includes,
        preprocessor_defines = depset(transitive = [context.defines, context.local_defines]),
    )
    action = C_COMPILE_ACTION_NAME if is_c else CPP_COMPILE_ACTION_NAME
    compiler = cc_common.get_tool_for_action(feature_configuration = features, action_name = action)
    return toolchain, [compiler] + cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = action,
        variables = variables,
    )

def _summarize(ctx, target, source):
    output = ctx.actions.declare_file("_nostall/%s/%s.nss" % (ctx.rule.attr.name, source.short_path.replace("../", "external/")))
    toolchain, command = _compile_command(ctx, target, source, source.extension in _C, output)
    ctx.actions.run(
        executable = ctx.file._program,
        arguments = ["summarize", "--root", ".", "--keep-links", "--partial", "-o", output.path, "--"] + command,
        inputs = depset([source], transitive = [
            target[CcInfo].compilation_context.headers,
            toolchain.all_files,
        ]),
        tools = ctx.files._files,
        outputs = [output],
        mnemonic = "NostallSummarize",
        progress_message = "Summarizing %s" % source.short_path,
    )
    return output

def _summaries_impl(target, ctx):
    below = []
    for name in ["deps", "implementation_deps", "srcs", "actual"]:
        value = getattr(ctx.rule.attr, name, None) or []
        for dependency in value if type(value) == "list" else [value]:
            if NostallInfo in dependency:
                below.append(dependency[NostallInfo].summaries)
    own = []
    if CcInfo in target:
        for item in getattr(ctx.rule.attr, "srcs", []):
            for source in item.files.to_list():
                if source.extension in _C + _CXX:
                    own.append(_summarize(ctx, target, source))
    summaries = depset(own, transitive = below)
    return [NostallInfo(summaries = summaries), OutputGroupInfo(nostall = summaries)]

nostall_summaries = aspect(
    implementation = _summaries_impl,
    attr_aspects = ["deps", "implementation_deps", "srcs", "actual"],
    attrs = {
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
        "_program": attr.label(default = "@nostall_program//:nostall", allow_single_file = True),
        "_files": attr.label(default = "@nostall_program//:files"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _quoted(word):
    return "'" + word.replace("'", "'\\''") + "'"

def _test_impl(ctx):
    summaries = depset(transitive = [t[NostallInfo].summaries for t in ctx.attr.targets])
    linked = ctx.actions.declare_file(ctx.label.name + ".linked")
    inputs = ctx.actions.args()
    inputs.use_param_file("@%s", use_always = True)
    inputs.set_param_file_format("multiline")
    inputs.add_all(summaries)
    ctx.actions.run(
        executable = ctx.file._program,
        arguments = ["link", "-o", linked.path, inputs],
        inputs = summaries,
        tools = ctx.files._files,
        outputs = [linked],
        mnemonic = "NostallLink",
        progress_message = "Linking summaries for %s" % ctx.label,
    )
    options = list(ctx.attr.options)
    for file in ctx.files.knowledge:
        options += ["--knowledge", file.short_path]
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, "#!/bin/sh\nexec %s check --no-cache --root . --from-index %s %s\n" % (
        _quoted(ctx.file._program.short_path),
        _quoted(linked.short_path),
        " ".join([_quoted(o) for o in options]),
    ), is_executable = True)
    return [DefaultInfo(
        executable = script,
        runfiles = ctx.runfiles(files = [linked] + ctx.files.knowledge + ctx.files._files),
    )]

nostall_test = rule(
    doc = "Fails when there is a finding that counts.",
    implementation = _test_impl,
    attrs = {
        "targets": attr.label_list(mandatory = True, aspects = [nostall_summaries], doc = "Programs and libraries."),
        "options": attr.string_list(doc = "For `nostall check`."),
        "knowledge": attr.label_list(allow_files = [".yaml"], doc = "As --knowledge; the project's own too."),
        "_program": attr.label(default = "@nostall_program//:nostall", allow_single_file = True),
        "_files": attr.label(default = "@nostall_program//:files"),
    },
    test = True,
)
