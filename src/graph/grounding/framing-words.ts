/**
 * Words by which an answer speaks of itself, in lower case: of what it is about to say, of its sources, to its reader.
 * They state nothing about the matter. One that is missing here makes a heading look as if it stated something.
 */
export const framingWords: ReadonlySet<string> = new Set(
  `able above according additional additionally advantages advice answer answers apologies apologize appendix approach ask
  asked asking assist available background based basics below benefits besides bottom brief briefly certainly
  clarification clarify clear comparison compare concerning conclusion confirm cons change changed changes contain contains context course covered
  covers definition description detail detailed details determine differences difference disadvantages discuss
  discussed document documentation documents drawbacks example examples excerpt excerpts explain explained explains
  explanation explicitly fact facts feel final finally find findings first follow following follows found free full further
  general get getting glad glance good great happy hello help helped helpful helps here hi highlights hope however
  idea important include included includes including information instructions interested introduction issue issues key
  know like limitations list listed look main major matter mean mention mentioned mentions method methods more need
  next note notes number only option options other others outcome overall overview part parts passage passages piece
  please point points possible procedure process pros provide provided provides purpose question questions quick quote
  ready reason reasons recap recommendation recommendations reference references regarding related relevant
  requirements response result results said say says second section see several short show shown shows similar simple
  simply sorry source sources specific specifically specify started state stated states step steps subject sufficient
  sum summarize summarized summary sure takeaway takeaways text thank thanks things third tip tips
  topic understand unfortunately usage useful using want warning way ways welcome what's wish wondering would yes
  allgemein angabe angaben antwort antworten auf beispiel beispiele beschreibung dokument dokumente dokumenten einleitung erklärung fazit
  folgende folgenden folgendes folgt frage fragen gerne hallo hier hilfe hinweis hinweise information informationen
  inhalt kurz leider mehr möchten möglichkeiten wissen nachteile passage passagen passagen punkte quelle quellen schritt schritte siehe text
  textstellen überblick übersicht unten unterschied unterschiede vergleich voraussetzungen vorgehen vorteile weitere
  wichtig wichtige wichtigsten zusammenfassung zusammengefasst details
  aperçu avantages bonjour bref ci-dessous conclusion détails différences document documents étape étapes exemple
  exemples explication extrait extraits inconvénients informations introduction méthode note points principaux
  principales question questions réponse résumé source sources suivant suivante suivants suivantes synthèse voici
  ejemplo ejemplos conclusión detalles diferencias documento documentos fuentes hola información introducción método
  nota paso pasos pregunta preguntas principales puntos respuesta resumen siguiente siguientes ventajas desventajas
  conclusione documenti domanda esempio fonti passaggi passi punti riepilogo risposta seguente seguenti sintesi
  conclusão etapas exemplo fontes passos pergunta pontos resposta resumo seguinte seguintes
  вопрос вопросы вывод документ документы документов документах здравствуйте информация итог итоги источник источники
  краткий кратко найти ниже обзор описание ответ ответы отвечают отрывки отрывках подробности пример примеры привет
  пункты следующее следующие следующий содержание способ способы сравнение текст шаг шаги
  以下 下面 如下 步骤 步驟 方法 方式 总结 總結 概述 概要 简介 要点 要點 主要 说明 說明 答案 回答 问题 問題 来源 來源 文档 段落
  资料 資料 信息 内容 內容 根据 根據 包括 包含 介绍 例如 示例 例子 参考 結論 结论 您好 你好 当然 當然 抱歉 提供 相关 相關 注意 关于 關於
  次 手順 通り 方法 説明 まとめ ポイント 例 結論 質問 文書 文章 情報 出典 注意 内容 記載
  ดังนี้ ต่อไปนี้ ขั้นตอน สรุป วิธี วิธีการ ข้อมูล คำตอบ คำถาม ตัวอย่าง เอกสาร ข้อความ รายละเอียด หมายเหตุ ดัง ต่อไป
  التالي التالية يلي كما الخطوات خطوات ملخص الخلاصة الإجابة السؤال المصادر الوثائق مثال أمثلة ملاحظة فيما هي ما`.split(
    /\s+/,
  ),
)

/** Between the words of a label: "Height and age of the tower". */
export const joiningWords: ReadonlySet<string> = new Set(
  `a an the and or of for to in on at with vs your und oder der die das des dem den von vom zu zum zur für im in mit et ou
  de des du la le les pour en y o del el los las para con и или для в на с 的 和 与 與 と の และ ของ و في من`.split(
    /\s+/,
  ),
)

/** "Step 2", "1. Overview": numbers of the answer's own parts. */
export const ownNumbering =
  /^\s*\(?\d{1,2}[.)](?=\s)|(?<!\p{L})(?:step|option|part|point|phase|method|example|note|schritt|teil|beispiel|étape|exemple|paso|ejemplo|шаг|пример)\s{1,2}\d{1,2}(?!\d|[.,]\d)|(?:步骤|步驟|ステップ|手順|ขั้นตอนที่|الخطوة)\s?\d{1,2}/giu
