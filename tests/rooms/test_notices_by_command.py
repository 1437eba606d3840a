"""Notices are written and approved on the server too, by the rights of the roster."""

from pathlib import Path

from typer.testing import CliRunner

from bot.__main__ import app


def test_commands_write_approve_and_refuse(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text(
        f"database: sqlite:///{tmp_path}/bot.db\n"
        'groups: {"qq:1": {name: 青岛一群}}\n'
        'volunteers: {"qq:7": {name: 甲, rights: [operator]}, "qq:8": {name: 乙, rights: [operator]}, "qq:9": {name: 丙}}\n',
        "utf-8",
    )
    form = tmp_path / "通知.txt"
    form.write_text("类别：风险提示\n标题：一\n正文：二\n\n三\n受众：全部\n", "utf-8")

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["notice", *words, "--config", str(config)])
        return result.exit_code, result.output

    assert run("new", str(form), "--as", "qq:9")[0] == 2
    code, said = run("new", str(form), "--as", "qq:7")
    assert (code, said.partition("\n")[0]) == (0, "N1 已存为草稿，受众“全部”现在有 1 个。")
    code, said = run("do", "提交", "N1", "--as", "qq:7")
    seal = said.rpartition("审批 N1 ")[2][:4]
    assert run("do", "审批", "N1", seal, "--as", "qq:7")[0] == 2
    assert run("do", "审批", "N1", seal, "--as", "qq:8")[0] == 0
    assert "已批准" in run("list", "--as", "qq:8")[1]
    assert run("do", "快进", "N1", "--as", "qq:8") == (
        2,
        "“快进 N1”不是通知的命令；发“通知帮助”看有哪些，例如：预览 N5\n",
    )
    assert run("new", str(tmp_path / "没有.txt"), "--as", "qq:7")[0] == 2
