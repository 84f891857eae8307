"""Calls that invite an attack are found by syntax; what only looks like one is not."""

import pytest

from hyperion_pipelines.code.dangerous_calls import LONGEST_CALL, DangerousCall
from hyperion_pipelines.code.grammar import load_danger_query
from hyperion_pipelines.code.languages import GRAMMARS
from hyperion_pipelines.code.syntax import analyse
from hyperion_pipelines.security.danger_rules import read_danger_rules

DANGEROUS = [
    ("Python", "eval(text)", "code-evaluation"),
    ("Python", "exec('a = ' + text)", "code-evaluation"),
    ("Python", "os.system(f'rm {path}')", "shell-command"),
    ("Python", "subprocess.run(command, check=True, shell=True)", "shell-command"),
    ("Python", "pickle.loads(data)", "unsafe-deserialisation"),
    ("Python", "yaml.load(text, Loader=yaml.Loader)", "unsafe-deserialisation"),
    ("Python", "yaml.unsafe_load(text)", "unsafe-deserialisation"),
    ("Python", "hashlib.md5(data)", "weak-hash"),
    ("Python", "hashlib.new('sha1', data)", "weak-hash"),
    ("Python", "cursor.execute('SELECT * FROM t WHERE a = %s' % a)", "sql-from-text"),
    ("Python", "cursor.execute(f'delete from {table}')", "sql-from-text"),
    ("Python", "cursor.execute('select {}'.format(a))", "sql-from-text"),
    ("Python", "requests.get(url, verify=False)", "tls-not-verified"),
    ("Python", "context.verify_mode = ssl.CERT_NONE", "tls-not-verified"),
    ("Python", "ssl._create_unverified_context()", "tls-not-verified"),
    ("Python", "tempfile.mktemp()", "predictable-temporary-file"),
    ("JavaScript", "eval(text)", "code-evaluation"),
    ("JavaScript", "new Function('a', body)", "code-evaluation"),
    ("JavaScript", "child_process.exec(`rm ${path}`)", "shell-command"),
    ("JavaScript", "execSync('rm ' + path)", "shell-command"),
    ("JavaScript", "spawn(command, { shell: true })", "shell-command"),
    ("JavaScript", "crypto.createHash('md5')", "weak-hash"),
    ("JavaScript", "db.query(`SELECT * FROM t WHERE a = ${a}`)", "sql-from-text"),
    ("JavaScript", "https.request({ rejectUnauthorized: false })", "tls-not-verified"),
    ("JavaScript", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'", "tls-not-verified"),
    ("JavaScript", "node.innerHTML = text", "html-from-text"),
    ("TypeScript", "document.write(text as string)", "html-from-text"),
    ("TSX", "node.outerHTML = text", "html-from-text"),
    ("Java", "class A { void f() { Runtime.getRuntime().exec(line); } }", "shell-command"),
    ("Java", "class A { void f() { stream.readObject(); } }", "unsafe-deserialisation"),
    ("Java", 'class A { void f() { MessageDigest.getInstance("MD5"); } }', "weak-hash"),
    (
        "Java",
        'class A { void f() { statement.executeQuery("SELECT a FROM t WHERE b = " + b); } }',
        "sql-from-text",
    ),
    ("Java", "class A { void f() { b.set(new NoopHostnameVerifier()); } }", "tls-not-verified"),
    ("Go", 'package a\nfunc f() { exec.Command("sh", "-c", line) }', "shell-command"),
    ("Go", "package a\nfunc f() { md5.New() }", "weak-hash"),
    (
        "Go",
        'package a\nfunc f() { db.Query(fmt.Sprintf("SELECT %s FROM t", a)) }',
        "sql-from-text",
    ),
    (
        "Go",
        "package a\nvar c = tls.Config{InsecureSkipVerify: true}",
        "tls-not-verified",
    ),
    ("PHP", "<?php eval($text);", "code-evaluation"),
    ("PHP", "<?php `rm $path`;", "shell-command"),
    ("PHP", "<?php system('rm ' . $path);", "shell-command"),
    ("PHP", "<?php unserialize($data);", "unsafe-deserialisation"),
    ("PHP", "<?php md5($data);", "weak-hash"),
    ("PHP", '<?php $db->query("SELECT * FROM t WHERE a = $a");', "sql-from-text"),
    ("PHP", "<?php curl_setopt($c, CURLOPT_SSL_VERIFYPEER, false);", "tls-not-verified"),
    ("Ruby", "eval(text)", "code-evaluation"),
    ("Ruby", "`rm #{path}`", "shell-command"),
    ("Ruby", 'system("rm #{path}")', "shell-command"),
    ("Ruby", "Marshal.load(data)", "unsafe-deserialisation"),
    ("Ruby", "Digest::MD5.hexdigest(data)", "weak-hash"),
    ("Ruby", 'User.where("name = #{name}")', "sql-from-text"),
    ("Ruby", "http.verify_mode = OpenSSL::SSL::VERIFY_NONE", "tls-not-verified"),
    ("C", "void f(void) { gets(line); }", "unbounded-read"),
    ("C", "void f(void) { strcpy(to, from); }", "unbounded-copy"),
    ("C", 'void f(void) { sprintf(to, "%s", from); }', "unbounded-copy"),
    ("C", "void f(void) { system(line); }", "shell-command"),
    ("C", "void f(void) { mktemp(name); }", "predictable-temporary-file"),
    ("C++", "void f() { strcat(to, from); }", "unbounded-copy"),
    ("C++", "void f() { curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L); }", "tls-not-verified"),
    ("C#", "class A { void F() { MD5.Create(); } }", "weak-hash"),
    ("C#", "class A { void F() { new BinaryFormatter(); } }", "unsafe-deserialisation"),
    (
        "C#",
        'class A { void F() { new SqlCommand($"SELECT {a}"); } }',
        "sql-from-text",
    ),
    (
        "C#",
        "class A { void F() { h.ServerCertificateValidationCallback = (a, b, c, d) => true; } }",
        "tls-not-verified",
    ),
]

HARMLESS = [
    ("Python", "eval('1 + 1')"),
    ("Python", "model.eval()"),
    ("Python", "os.system('clear')"),
    ("Python", "subprocess.run(['ls', path])"),
    ("Python", "subprocess.run('ls | wc', shell=True)"),
    ("Python", "yaml.load(text, Loader=yaml.SafeLoader)"),
    ("Python", "hashlib.md5(data, usedforsecurity=False)"),
    ("Python", "cursor.execute('SELECT * FROM t WHERE a = ?', [a])"),
    ("Python", "requests.get(url, verify=True)"),
    ("Python", "# eval(text)\n'eval(text)'"),
    ("JavaScript", "pattern.exec(text)"),
    ("JavaScript", "execSync('git status')"),
    ("JavaScript", "node.innerHTML = '<b>bold</b>'"),
    ("JavaScript", "db.query('SELECT 1 WHERE a = ?', [a])"),
    ("JavaScript", "crypto.createHash('sha256')"),
    ("Java", "class A { void f() { executor.exec(task); } }"),
    ("Java", 'class A { void f() { MessageDigest.getInstance("SHA-256"); } }'),
    ("Go", 'package a\nfunc f() { exec.Command("ls", path) }'),
    ("Go", "package a\nvar c = tls.Config{InsecureSkipVerify: false}"),
    ("PHP", "<?php assert($a instanceof A);"),
    ("PHP", "<?php unserialize($data, ['allowed_classes' => false]);"),
    ("Ruby", "class_eval(&block)"),
    ("Ruby", "`copy #{path.shellescape}`"),
    ("Ruby", "Marshal.dump(data)"),
    ("C", 'void f(void) { strcpy(to, "fixed"); }'),
    ("C", 'void f(void) { sprintf(to, "%d of %lu", a, b); }'),
    ("C", "void f(void) { fgets(line, sizeof line, stdin); }"),
    ("Rust", "fn f() { unsafe { eval(text) } }"),
]


def calls(language: str, text: str) -> list[DangerousCall]:
    return analyse(language, text.encode(), details=True).dangerous_calls


@pytest.mark.parametrize(("language", "text", "rule"), DANGEROUS)
def test_a_dangerous_call_is_found_once(language: str, text: str, rule: str) -> None:
    assert [call.rule for call in calls(language, text)] == [rule]


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_a_harmless_call_is_left_alone(language: str, text: str) -> None:
    assert calls(language, text) == []


def test_every_rule_is_found_by_a_query_and_every_query_has_its_rule() -> None:
    captures: set[str] = set()
    for language in GRAMMARS:
        dangers = load_danger_query(language)
        count = dangers.query.capture_count if dangers else 0
        names = [dangers.query.capture_name(index) for index in range(count)] if dangers else []
        captures.update(name for name in names if not name.startswith("_"))
    assert captures == set(read_danger_rules()) == {rule for _, _, rule in DANGEROUS}


def test_every_language_of_a_query_has_a_case() -> None:
    assert {language for language in GRAMMARS if load_danger_query(language)} == {
        language for language, _, _ in DANGEROUS
    }
    assert load_danger_query("Rust") is None


def test_a_call_is_told_with_its_line_and_its_function() -> None:
    text = "class A:\n    def f(self):\n        return eval(\n            self.x)\n\neval(y)\n"
    assert calls("Python", text) == [
        DangerousCall(3, "code-evaluation", "eval( self.x)", "A.f"),
        DangerousCall(6, "code-evaluation", "eval(y)", None),
    ]


def test_a_long_call_is_cut_and_credentials_of_urls_are_left_out() -> None:
    (long,) = calls("Python", f"eval({'x' * 500})")
    assert len(long.call) == LONGEST_CALL
    assert long.call.endswith("…")
    (call,) = calls("Python", "requests.get('https://me:hunter2@shop.org/', verify=False)")
    assert call.call == "requests.get('https://shop.org/', verify=False)"


def test_without_details_nothing_is_looked_for() -> None:
    assert analyse("Python", b"eval(text)").dangerous_calls == []
