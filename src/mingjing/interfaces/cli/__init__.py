"""
The command line ``mingjing``: one sub-application per subject, each in its own module.

Nothing heavy is imported here: Ctrl-C must be answered from the first moment on.
"""

import os
import sys
from typing import TYPE_CHECKING, Any, Final

from mingjing.interfaces.cli.stopping import Stopping

if TYPE_CHECKING:
    from mingjing.interfaces.cli.commands import app as app

FAILED: Final = 1
REFUSED: Final = 2


def __getattr__(name: str) -> Any:
    """Import the commands when they are first asked for."""
    if name == "app":
        from mingjing.interfaces.cli.commands import app

        return app
    raise AttributeError(name)


def main() -> None:
    """
    Run the command line; what went wrong is told in Chinese, without a traceback.

    Ends with 2 where the domain refuses or a file cannot be read or written, with 1 where the program is at fault, and
    with 128 and the number of the signal where it was told to stop.
    """
    _write_anything()
    with Stopping() as stopping:
        try:
            from mingjing.interfaces.cli.commands import app

            app()
        except BaseException as error:
            finished = isinstance(error, SystemExit) and not error.code
            if stopping.signal is not None and not finished:
                # libraries may have made something else of it on the way
                print("\n已停止，没有留下未完成的文件。", file=sys.stderr)
                sys.exit(128 + stopping.signal)
            if isinstance(error, SystemExit):
                raise
            sys.exit(_told(error))


def _write_anything() -> None:
    """Let no terminal's encoding break a message."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _told(error: BaseException) -> int:
    """Tell what went wrong, and return the exit status."""
    from mingjing.kernel.errors import DomainError

    print(file=sys.stderr) if sys.stderr.isatty() else None
    if isinstance(error, DomainError):
        print(error, file=sys.stderr)
        return REFUSED
    if isinstance(error, BrokenPipeError):
        # the reader of the output has gone; nothing more can be told to it, not even at the end of the process
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException":
        print("内存不足，没有写出任何结果。请用 --memory 调大内存上限，或者分批检查。", file=sys.stderr)
        return REFUSED
    # libraries wrap what the system told them
    inner = next((one for one in (error, *error.args, error.__cause__) if isinstance(one, OSError)), None)
    if inner is not None or type(error).__name__ == "IOException":
        where = f"“{inner.filename}”" if inner is not None and inner.filename else "文件"
        why = _why(inner) if inner is not None else str(error).partition("\n")[0]
        print(f"读写{where}时出错：{why}。没有写出任何结果。请检查路径、权限和磁盘空间。", file=sys.stderr)
        return REFUSED
    print(f"程序出错，没有写出任何结果。请把这个文件发给维护人员：{_kept(error)}", file=sys.stderr)
    return FAILED


def _why(error: OSError) -> str:
    import errno

    known = {
        errno.EACCES: "没有权限",
        errno.EPERM: "没有权限",
        errno.EROFS: "该处只能读",
        errno.ENOSPC: "磁盘已满",
        errno.ENOENT: "没有这个位置",
        errno.EEXIST: "该处已有同名文件",
        errno.ENOTDIR: "路径中间是文件，不是文件夹",
        errno.ENAMETOOLONG: "名称过长",
        errno.EBUSY: "正被占用",
        errno.EMFILE: "打开的文件过多",
    }
    return known.get(error.errno or 0, error.strerror or type(error).__name__)


def _kept(error: BaseException) -> str:
    """Write down what a maintainer needs, and return where."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="mingjing-", suffix=".log", delete=False, errors="replace"
    ) as file:
        file.write(f"{' '.join(sys.argv[1:])}\n")
        traceback.print_exception(error, file=file)
    return file.name
