<?php
/**
 * Calls jobs of Brig's hole from inside a jail. One file, no extension.
 *
 *   require 'hole.php';
 *   $answer = Hole::call('report', ['year' => '2026']);
 *   if ($answer->reason === 'done') { echo $answer->output; }
 *
 * A web page with a form is Hole::cgi(...); clients/stub/report.php shows one. docs/hole.md explains
 * all.
 */

/** The listener is not there, or went away before it had told the end. */
class HoleError extends Exception {}

/** How a call ended. */
class HoleAnswer
{
    /** 0 to 255: what a command that made the call would exit with. */
    public int $code = 111;
    /** What killed the program, or 0. */
    public int $signal = 0;
    /** done, failed, signalled, invalid, refused, login, busy, timeout, ... */
    public string $reason = 'unavailable';
    /** A sentence for the visitor, perhaps empty. */
    public string $message = '';
    /** Bytes of the program, or the description that was asked for. */
    public string $output = '';
    /** Bytes of its standard error output, if the job sends them. */
    public string $errors = '';
    /** JSON of the form that comes next, perhaps empty. */
    public string $form = '';
    /** What is wrong with the values, by the names of fields. */
    public array $wrong = [];
    /** The session's token that is good from now on; null: it has not changed. */
    public ?string $token = null;
}

/** What the visitor sent. The routines of a page get it. */
class HolePage
{
    public array $values = [];
    public array $files = [];
    public string $language = '';
    public ?string $token = null;
    public bool $secure = false;
    /** Of the call that was refused, when the form is shown again; else null. */
    public ?HoleAnswer $answer = null;

    public function __construct(public string $job, public ?string $doors, public string $title,
        public ?string $login = null) {}

    /** The job's form as the hole draws it, in the visitor's language, errors beside the fields. */
    public function form(): string
    {
        $kind = $this->answer ? 'html checked' : 'html';
        $files = $this->answer ? $this->files : [];
        $shown = Hole::describe($this->job, $this->values, $this->token, $this->language, $kind, $this->doors, $files);
        $this->token = $shown->token ?? $this->token;
        if ($shown->reason === 'login' && $this->login !== null && $this->job !== $this->login) {
            [$this->job, $this->values, $this->files, $this->answer] = [$this->login, [], [], null];
            return $this->form();
        }
        $text = $shown->output !== '' ? $shown->output : Hole::paragraph('message', $shown->message);
        if ($this->job !== $this->login) {
            return $text;
        }
        // On its return it says whose it is.
        $mark = "<input type=\"hidden\" name=\"hole_job\" value=\"$this->login\">";
        return Hole::paragraph('message', $this->answer->message ?? '')
            . str_replace('</form>', "$mark</form>", $text);
    }

    /** Runs another job of the visitor's before the form is shown, such as one that keeps what the
     *  form offers. The answer, as of Hole::call. */
    public function run(string $job, array $values = [], array $files = []): HoleAnswer
    {
        $shown = Hole::describe($job, [], $this->token, $this->language, 'json', $this->doors);
        $this->token = $shown->token ?? $this->token;
        if (preg_match('/"nonce" ?: ?"([A-Za-z0-9_-]+)"/', $shown->output, $found)) {
            $values['brig_nonce'] = $found[1];
        }
        $answer = Hole::call($job, $values, $files, $this->token, $this->language, null, $this->doors);
        $this->token = $answer->token ?? $this->token;
        return $answer;
    }
}

class Hole
{
    private const MOST = 65536;

    /** Runs a job; $output, if given, is called with each piece of its output as it comes. */
    public static function call(string $job, array $values = [], array $files = [], ?string $token = null,
        ?string $language = null, ?callable $output = null, ?string $doors = null): HoleAnswer
    {
        return self::talk($job, $values, $files, $token, $language, self::frame('G', ''), $output, $doors);
    }

    /** The job's form, or all jobs, as "html", "html checked", "json" or "json checked". What was
     *  sent goes along with the checked ones, files too: of a wizard they are kept. */
    public static function describe(?string $job = null, array $values = [], ?string $token = null,
        ?string $language = null, string $kind = 'html', ?string $doors = null, array $files = []): HoleAnswer
    {
        return self::talk($job, $values, $files, $token, $language, self::frame('D', $kind), null, $doors);
    }

    private static function talk(?string $job, array $values, array $files, ?string $token,
        ?string $language, string $verb, ?callable $output, ?string $doors): HoleAnswer
    {
        $request = self::frame('V', '1');
        $request .= $job === null ? '' : self::frame('J', $job);
        $request .= $token ? self::frame('T', $token) : '';
        $request .= $language ? self::frame('L', $language) : '';
        foreach ($values as $name => $value) {
            $request .= self::frame('A', "$name=$value");
        }
        foreach ($files as $name => $content) {
            foreach ($content === '' ? [] : str_split($content, self::MOST) as $piece) {
                $request .= self::frame('I', $piece);
            }
            $request .= self::frame('Z', $name);
        }
        $path = ($doors ?: (getenv('HOLE') ?: '/run/hole')) . '/socket';
        $door = @stream_socket_client("unix://$path", $number, $why, 10);
        if ($door === false) {
            throw new HoleError("cannot reach the hole at $path: $why");
        }
        stream_set_timeout($door, 86400);
        $request .= $verb;
        while ($request !== '') {
            $count = @fwrite($door, $request);
            if ($count === false || $count === 0) {
                break; // why, it has said
            }
            $request = substr($request, $count);
        }
        try {
            return self::answer($door, $output);
        } finally {
            fclose($door);
        }
    }

    private static function frame(string $type, string $payload): string
    {
        if (strlen($payload) > self::MOST) {
            throw new HoleError('a value of more than 65536 bytes');
        }
        return $type . ' ' . strlen($payload) . "\n" . $payload;
    }

    private static function answer($door, ?callable $output): HoleAnswer
    {
        $answer = new HoleAnswer();
        while (true) {
            $header = fgets($door, 33);
            if ($header === false || !preg_match('/\A([A-Z]) (0|[1-9][0-9]{0,4})\n\z/', $header, $found)) {
                throw new HoleError('the hole went away before the end');
            }
            $payload = '';
            while (strlen($payload) < (int) $found[2]) {
                $piece = fread($door, (int) $found[2] - strlen($payload));
                if ($piece === false || $piece === '') {
                    throw new HoleError('the hole went away before the end');
                }
                $payload .= $piece;
            }
            switch ($found[1]) {
                case 'O':
                    if ($output) {
                        $output($payload);
                    } else {
                        $answer->output .= $payload;
                    }
                    break;
                case 'E':
                    $answer->errors .= $payload;
                    break;
                case 'F':
                    $answer->form .= $payload;
                    break;
                case 'N':
                    $answer->token = $payload;
                    break;
                case 'W':
                    [$name, $message] = explode('=', $payload, 2);
                    $answer->wrong[$name] = $message;
                    break;
                case 'X':
                    $words = explode(' ', $payload, 4);
                    [$answer->code, $answer->signal, $answer->reason] = [(int) $words[0], (int) $words[1], $words[2]];
                    $answer->message = $words[3] ?? '';
                    return $answer;
            }
        }
    }

    /**
     * Serves one request: shows the form, or runs the job with what was sent.
     *
     * @param callable $showForm gets the page, returns the form as HTML
     * @param callable $prepareInput gets the page, returns [values, files]
     * @param ?string $login the job that logs in, for a job that needs a session
     */
    public static function cgi(string $job, callable $showForm, callable $prepareInput,
        string $title = '', ?string $login = null, ?string $doors = null): void
    {
        $page = new HolePage($job, $doors, $title ?: $job, $login);
        self::visitor($page);
        try {
            if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST') {
                self::send($page, $showForm($page));
                return;
            }
            if (!self::sameSite()) {
                self::send($page, '<p>This form was not sent from here.</p>', 403);
                return;
            }
            self::readBody($page);
            $mark = $page->values['hole_job'] ?? '';
            unset($page->values['hole_job']);
            if ($login !== null && $mark === $login) {
                $page->job = $login;
            }
            [$values, $files] = $prepareInput($page);
            $answer = self::call($page->job, $values, $files, $page->token, $page->language, null, $doors);
            $page->token = $answer->token ?? $page->token;
            $logsIn = $login !== null && $page->job === $login;
            if ($answer->reason === 'login' && $login !== null) {
                [$page->job, $page->values, $page->files] = [$login, [], []];
                self::send($page, $showForm($page));
            } elseif ($answer->reason === 'invalid' || ($answer->reason === 'failed' && $logsIn)) {
                $page->answer = $answer;
                self::send($page, $showForm($page));
            } elseif ($logsIn) {
                [$page->job, $page->values, $page->files] = [$job, [], []];
                self::send($page, $showForm($page));
            } else {
                self::send($page, self::result($answer), $answer->reason === 'busy' ? 503 : 200);
            }
        } catch (HoleError $e) {
            self::send($page, '<p>This service is not available now.</p>', 503);
        }
    }

    /** A call's result as HTML. What a program wrote is text and nothing else. */
    public static function result(HoleAnswer $answer): string
    {
        $body = '<pre class="output">' . self::escape(self::printable($answer->output)) . '</pre>';
        if ($answer->errors !== '') {
            $body .= '<pre class="errors">' . self::escape(self::printable($answer->errors)) . '</pre>';
        }
        $message = $answer->message !== '' || $answer->reason === 'done' ? $answer->message : $answer->reason;
        return $body . self::paragraph('message', $message);
    }

    public static function escape(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
    }

    /** Without control characters but tab and newline. */
    public static function printable(string $text): string
    {
        return preg_replace('/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/', '?', $text) ?? '';
    }

    public static function paragraph(string $kind, string $text): string
    {
        return $text === '' ? '' : "<p class=\"$kind\">" . self::escape($text) . '</p>';
    }

    private static function visitor(HolePage $page): void
    {
        $chosen = $_GET['brig_language'] ?? '';
        $chosen = is_string($chosen) && preg_match('/\A[A-Za-z0-9-]{1,35}\z/', $chosen) ? $chosen : '';
        $wish = $chosen ?: ($_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? '');
        $page->language = preg_match('/\A[A-Za-z0-9,;=.* -]{1,255}\z/', $wish) ? $wish : '';
        $page->secure = in_array(strtolower($_SERVER['HTTPS'] ?? ''), ['on', '1'], true);
        $token = $_COOKIE[$page->secure ? '__Host-hole' : 'hole'] ?? '';
        $page->token = is_string($token) && preg_match('/\A[A-Za-z0-9_-]{16,128}\z/', $token) ? $token : null;
    }

    private static function sameSite(): bool
    {
        if (!in_array($_SERVER['HTTP_SEC_FETCH_SITE'] ?? 'none', ['same-origin', 'none'], true)) {
            return false;
        }
        $origin = $_SERVER['HTTP_ORIGIN'] ?? null;
        $host = $_SERVER['HTTP_HOST'] ?? '';
        return $origin === null || $origin === "https://$host" || $origin === "http://$host";
    }

    private static function readBody(HolePage $page): void
    {
        foreach ($_POST as $name => $value) {
            $page->values[$name] = is_string($value) ? $value : '';
        }
        foreach ($_FILES as $name => $file) {
            if (is_string($file['tmp_name']) && is_uploaded_file($file['tmp_name'])) {
                $page->files[$name] = (string) file_get_contents($file['tmp_name']);
            }
        }
        if (isset($page->values['brig_nonce'])) {
            $page->values['brig_peer'] = $_SERVER['REMOTE_ADDR'] ?? '';
        }
    }

    private static function send(HolePage $page, string $body, int $status = 200): void
    {
        http_response_code($status);
        header('Content-Type: text/html; charset=utf-8');
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        header("Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self';"
            . " base-uri 'none'; frame-ancestors 'none'");
        if ($page->token !== null) {
            setcookie($page->secure ? '__Host-hole' : 'hole', $page->token,
                ['path' => '/', 'httponly' => true, 'samesite' => 'Strict', 'secure' => $page->secure]);
        }
        $title = self::escape($page->title);
        echo "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>$title</title></head><body>\n",
            "$body\n</body></html>\n";
    }
}
