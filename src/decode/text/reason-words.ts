/** What a program calls the reason, or the details, that it gives below its failure. */
export const REASON_WORDS =
  'Details?|Reason|Detalles?|Détails?|Einzelheiten|Dettagli|Motivo|Razón|Raison|Grund|Ursache|Ausgabe|Hinweis|Dauer|Причина|原因|理由|详情|詳細|상세|사유';
